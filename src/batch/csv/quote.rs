/// Writes a field in quotes behind `out`; quotes in it are doubled.
pub(in crate::batch) fn quote(field: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in field {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

/// Writes a field behind `out`, in quotes if it can't stand without.
pub(in crate::batch) fn quote_if_needed(field: &[u8], out: &mut Vec<u8>) {
    let is_special = |byte: &u8| matches!(byte, b',' | b'"' | b'\n' | b'\r');
    // At the end of a line a space is refused outside of quotes, and so is a byte-order mark at the
    // beginning of a file.
    let is_odd = field.ends_with(b" ") || field.starts_with(b"\xEF\xBB\xBF");
    if is_odd || field.iter().any(is_special) {
        quote(field, out);
    } else {
        out.extend_from_slice(field);
    }
}
