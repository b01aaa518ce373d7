// Plain JavaScript, json-logic-js and zen over the sets that `cargo bench-rules` writes to the standard input: microseconds an alert, and how
// many decisions were wrong. Texts are in one form and amounts in dollars already, which Forestall does itself.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const FEWEST_ROUNDS = 5;
const ENOUGH_NANOSECONDS = 1_000_000_000n;

const plain = ({ rulesets }) => {
  const met = (own, fact) =>
    fact.amount <= own.amount && own.currencies.includes(fact.currency) && fact.descriptor.startsWith(own.descriptor);
  return (fact) => rulesets.findIndex((own) => met(own, fact));
};

const jsonLogic = ({ rulesets }) => {
  const { apply } = require("json-logic-js");
  const rule = (own) => ({
    and: [
      { "<=": [{ var: "amount" }, own.amount] },
      { in: [{ var: "currency" }, own.currencies] },
      { "===": [{ substr: [{ var: "descriptor" }, 0, own.descriptor.length] }, own.descriptor] },
    ],
  });
  const rules = rulesets.map(rule);
  return (fact) => rules.findIndex((own) => apply(own, fact));
};

const zen = ({ rulesets }) => {
  const { ZenEngine } = require("@gorules/zen-engine");
  const row = (own, at) => ({
    _id: `r${at}`,
    amount: `<= ${own.amount}`,
    currency: own.currencies.map((code) => JSON.stringify(code)).join(","),
    descriptor: `startsWith($, ${JSON.stringify(own.descriptor)})`,
    first: String(at),
  });
  const column = (id) => ({ id, name: id, field: id });
  const table = {
    hitPolicy: "first",
    inputs: ["amount", "currency", "descriptor"].map(column),
    outputs: [column("first")],
    rules: rulesets.map(row),
  };
  const node = (id, type, content = {}) => ({ id, name: id, type, content });
  const edge = (sourceId, targetId) => ({ id: sourceId + targetId, type: "edge", sourceId, targetId });
  const decision = new ZenEngine().createDecision({
    nodes: [node("in", "inputNode"), node("table", "decisionTableNode", table), node("out", "outputNode")],
    edges: [edge("in", "table"), edge("table", "out")],
  });
  return async (fact) => (await decision.evaluate(fact)).result.first ?? -1;
};

const version = (name) => {
  const path = new URL(`./node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(path)).version}`;
};

const engines = [
  [`plain JavaScript, node ${process.versions.node}`, plain, false],
  [version("json-logic-js"), jsonLogic, false],
  [version("@gorules/zen-engine"), zen, true],
];

const once = async (decide, facts, waits) => {
  let wrong = 0;
  for (const fact of facts) {
    const first = waits ? await decide(fact) : decide(fact);
    if (first !== fact.first) wrong += 1;
  }
  return wrong;
};

const measured = async (decide, facts, waits) => {
  const wrong = await once(decide, facts, waits); // and warm
  const rounds = [];
  const began = process.hrtime.bigint();
  while (rounds.length < FEWEST_ROUNDS || process.hrtime.bigint() - began < ENOUGH_NANOSECONDS) {
    const round = process.hrtime.bigint();
    await once(decide, facts, waits);
    rounds.push(Number(process.hrtime.bigint() - round) / facts.length / 1000);
  }
  rounds.sort((one, other) => one - other);
  return { wrong, median: rounds[Math.floor(rounds.length / 2)] };
};

const sets = JSON.parse(readFileSync(0, "utf8"));
for (const [name, engine, waits] of engines) {
  const cells = [];
  for (const set of sets) {
    const { wrong, median } = await measured(engine(set), set.facts, waits);
    cells.push((wrong ? `${wrong} WRONG` : median.toFixed(2)).padStart(10));
  }
  console.log(`${name.padEnd(40)}${cells.join("")}`);
}
