# Of a hundred orders three are bad: the others are kept and the bad ones named. A hundred and one are too many.
given  org Acme enrolled ETHOCA descriptor ACMEFIT
given  stripe
when   orders 100 with 3 bad
then   print answer
    200 created 97, failed 3
      10 VALIDATION_FAILED: `order_currency`: Not an ISO 4217 currency code with a minor unit.
      40 VALIDATION_FAILED: `order_currency`: Not an ISO 4217 currency code with a minor unit.
      70 VALIDATION_FAILED: `order_currency`: Not an ISO 4217 currency code with a minor unit.
when   orders 101
then   print answer
    422 VALIDATION_FAILED: `orders`: A batch has 1 to 100 orders.
      WRONG_COUNT: A batch has 1 to 100 orders.
