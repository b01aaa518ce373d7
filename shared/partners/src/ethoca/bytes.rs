//! Decodes the text of a delivery from any encoding. An invalid byte costs at most the field that
//! contains the byte.

/// Decodes the text: removes a byte order mark, converts UTF-16 to UTF-8. Each control character
/// becomes a space, because JSON allows control characters only between tokens.
pub(super) fn decode_text(body: &[u8]) -> String {
    let text = match body {
        [0xfe, 0xff, rest @ ..] => decode_utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => decode_utf16(rest, u16::from_le_bytes),
        // JSON begins with an ASCII character.
        [0, second, ..] if *second != 0 => decode_utf16(body, u16::from_be_bytes),
        [first, 0, third, ..] if *first != 0 && *third != 0 => {
            decode_utf16(body, u16::from_le_bytes)
        }
        [0xef, 0xbb, 0xbf, rest @ ..] => decode_utf8(rest),
        _ => decode_utf8(body),
    };
    let text = if text.contains(char::is_control) {
        text.replace(|letter: char| letter < ' ', " ")
    } else {
        text
    };
    with_paired_surrogates(text.trim().trim_start_matches('\u{feff}'))
}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Decodes UTF-8. An invalid byte is read as Latin 1, the most probable encoding.
fn decode_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| {
            if *byte >= 0xa0 { char::from(*byte) } else { char::REPLACEMENT_CHARACTER }
        }));
    }
    text
}

/// Replaces each half of a surrogate pair (`\ud83d` alone) by the replacement character. A lone
/// half is no character and spoils the whole JSON text.
fn with_paired_surrogates(text: &str) -> String {
    if !text.contains("\\ud") && !text.contains("\\uD") {
        return text.to_owned();
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (parse_surrogate(rest), rest.get(6..).and_then(parse_surrogate)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(_), _) => {
                out.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            (None, _) => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out.push_str(rest);
    out
}

/// Parses a surrogate escape at the text's begin.
fn parse_surrogate(text: &str) -> Option<u16> {
    parse_utf16_escape(text).filter(|unit| (0xd800..=0xdfff).contains(unit))
}

/// Parses an escaped UTF-16 unit at the text's begin.
fn parse_utf16_escape(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// Replaces JSON's escapes by their characters.
pub(super) fn unescape_json(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let units: Vec<u16> = [parse_utf16_escape(rest), rest.get(6..).and_then(parse_surrogate)]
            .into_iter()
            .map_while(|unit| unit)
            .collect();
        let taken = units.len().min(
            if units.first().is_some_and(|unit| (0xd800..=0xdbff).contains(unit)) { 2 } else { 1 },
        );
        if taken > 0 {
            out.push_str(&String::from_utf16_lossy(&units[..taken]));
            rest = &rest[6 * taken..];
            continue;
        }
        let escaped = rest[1..].chars().next();
        out.extend(escaped.map(|letter| {
            if matches!(letter, 'b' | 'f' | 'n' | 'r' | 't') { ' ' } else { letter }
        }));
        rest = &rest[1 + escaped.map_or(0, char::len_utf8)..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_is_the_same_text() {
        let text = r#"[{"a":"É€ \ud83d\ude00"}]"#;
        let utf16 = |mark: bool, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let units = text.encode_utf16().flat_map(unit);
            mark.then(|| unit(0xfeff)).into_iter().flatten().chain(units).collect()
        };
        let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes(), b"\r\n\0\0"].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked,
            utf16(true, u16::to_le_bytes),
            utf16(true, u16::to_be_bytes),
            utf16(false, u16::to_le_bytes),
            utf16(false, u16::to_be_bytes),
        ] {
            assert_eq!(decode_text(&bytes), text);
        }
    }

    #[test]
    fn escapes_stand_for_their_characters() {
        assert_eq!(
            unescape_json(r#"4\u00a02\t\ud835\udfd2\\\"\/ \ud8 \ud835x \u00"#),
            "4\u{a0}2 \u{1d7d2}\\\"/ ud8 \u{fffd}x u00"
        );
        assert_eq!(unescape_json("no \\"), "no ");
    }

    #[test]
    fn what_is_no_character_is_replaced() {
        assert_eq!(decode_text(b"\"CAF\xc9 \xff\x80\""), "\"CAF\u{c9} \u{ff}\u{fffd}\"");
        assert_eq!(decode_text(b"\"a\0b\nc\""), "\"a b c\"");
        assert_eq!(
            decode_text(br#""\ud83d x \ude00 \\ud83d \ud83d\ude00""#),
            r#""\ufffd x \ufffd \\ud83d \ud83d\ude00""#
        );
        assert_eq!(decode_text(br#""\ud8"#), r#""\ud8"#);
        assert_eq!(decode_text(b""), "");
        assert_eq!(decode_text(b"\xff\xfe\x00"), "");
    }
}
