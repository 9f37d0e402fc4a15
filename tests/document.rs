//! Bytes to text, and text to trees with spans.

use std::fmt::Write as _;

use proptest::prelude::*;
use s3_replication::clause::Clause;
use s3_replication::document::{
    DEPTH_LIMIT, Document, Element, Kind, SIZE_LIMIT, SyntaxError, decode, read_json, read_xml,
};
use s3_replication::text::Span;
use serde_json::Value;

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
    <!-- two rules -->\n\
    <ReplicationConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n  \
      <Role>arn:aws:iam::123456789012:role/r&amp;d</Role>\n  \
      <Rule><ID><![CDATA[<é>]]></ID><Priority>1</Priority><Filter/>\n    \
        <Destination x='&#x41;'><Bucket>arn:aws:s3:::b</Bucket></Destination></Rule>\n  \
      <q:Rule xmlns:q='urn:q'><?skip me?></q:Rule>\r\n\
    </ReplicationConfiguration>";

const JSON: &str = r#"{
  "Role": "arn:aws:iam::123456789012:role/r\u0026d",
  "Rules": [
    {"ID": "é\n\ud83d\ude00", "Priority": 1, "Filter": {}, "Tags": [[], {"Key": null}]},
    {"Priority": -1.5e+3, "Enabled": true, "Enabled": false}
  ]
}"#;

#[track_caller]
fn xml_text(text: &str) -> String {
    read_xml(text).unwrap().root().text().to_owned()
}

#[track_caller]
fn xml_error(text: &str) -> SyntaxError {
    let error = read_xml(text).expect_err("this should be refused");
    assert!(text.get(error.span().range()).is_some(), "{error:?} lies outside the text");
    error
}

#[track_caller]
fn json_error(text: &str) -> SyntaxError {
    let error = read_json(text).expect_err("this should be refused");
    assert!(text.get(error.span().range()).is_some(), "{error:?} lies outside the text");
    error
}

/// Asserts on which clause a refusal rests, what it says, and what of the text it underlines.
#[track_caller]
fn assert_refused(error: &SyntaxError, text: &str, expected: (&str, &str, &str)) {
    let underlined = &text[error.span().range()];
    assert_eq!((error.clause().id(), error.to_string().as_str(), underlined), expected);
}

#[track_caller]
fn assert_xml_refused(text: &str, clause: &str, message: &str, underlined: &str) {
    assert_refused(&xml_error(text), text, (clause, message, underlined));
}

#[track_caller]
fn assert_json_refused(text: &str, clause: &str, message: &str, underlined: &str) {
    assert_refused(&json_error(text), text, (clause, message, underlined));
}

fn names(element: Element<'_, '_>) -> Vec<String> {
    element.children().map(|child| child.name().to_owned()).collect()
}

fn utf_16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

// Bytes to text

#[test]
fn utf_8_is_borrowed_and_its_mark_is_taken_off() {
    let text = decode("<a>é</a>".as_bytes()).unwrap();
    assert!(matches!(text, std::borrow::Cow::Borrowed("<a>é</a>")));
    assert_eq!(decode(b"\xEF\xBB\xBF{}").unwrap(), "{}");
    assert_eq!(decode(b"").unwrap(), "");
}

#[test]
fn utf_16_is_read_in_both_orders_with_and_without_a_mark() {
    for text in ["<a>é😀</a>", "{\"é\": \"😀\"}", "<?xml version='1.0' encoding='utf-16'?><a/>"]
    {
        let marked = format!("\u{FEFF}{text}");
        for document in [text, &marked] {
            assert_eq!(decode(&utf_16(document, u16::to_le_bytes)).unwrap(), text);
            assert_eq!(decode(&utf_16(document, u16::to_be_bytes)).unwrap(), text);
        }
    }
}

/// REP-101
#[test]
fn broken_utf_16_is_refused_where_it_breaks() {
    let mut odd = utf_16("<é", u16::to_le_bytes);
    odd.push(b'a');
    let error = decode(&odd).unwrap_err();
    assert_eq!(error.to_string(), "half a UTF-16 character is at the end");
    assert_eq!((error.clause().id(), error.span().range()), ("REP-101", 3..3));

    let lone: Vec<u8> = [0x3C, 0xD800, 0x3E].into_iter().flat_map(u16::to_be_bytes).collect();
    let error = decode(&lone).unwrap_err();
    assert_eq!(error.to_string(), "the UTF-16 surrogate 0xD800 has no partner");
    assert_eq!(error.span().range(), 1..1);
}

/// REP-101
#[test]
fn invalid_utf_8_is_refused_at_its_first_byte() {
    let error = decode(b"\xEF\xBB\xBF<a>\xC3\xA9\xFF</a>").unwrap_err();
    assert_eq!(error.to_string(), "the byte 0xFF is not UTF-8 here");
    assert_eq!((error.clause().id(), error.span().range()), ("REP-101", 5..5));
    assert_eq!(error.help(), Some("save the document as UTF-8"));
}

/// Puts the name of an encoding into an XML declaration, and a byte behind it.
fn declared(encoding: &str, byte: u8) -> Vec<u8> {
    let mut bytes = format!("<?xml version='1.0' encoding = \"{encoding}\"?><a>").into_bytes();
    bytes.push(byte);
    bytes.extend(b"</a>");
    bytes
}

#[test]
fn a_declared_encoding_is_believed_when_it_is_known() {
    for encoding in ["UTF-8", "utf-8", "US-ASCII", "ISO-8859-1", "windows-1252", "iso-8859-15"] {
        assert!(decode(&declared(encoding, b'e')).unwrap().ends_with("<a>e</a>"));
    }
    for encoding in ["ISO-8859-1", "latin1"] {
        assert!(decode(&declared(encoding, 0xE9)).unwrap().ends_with("<a>é</a>"));
    }
}

/// REP-101
#[test]
fn a_declared_encoding_that_is_unknown_or_untrue_is_refused() {
    for (encoding, byte) in [
        ("Shift_JIS", b'e'),
        ("windows-1252", 0xE9),
        ("iso-8859-15", 0xE9),
        ("UTF-16", b'e'),
        ("", b'e'),
    ] {
        let bytes = declared(encoding, byte);
        let error = decode(&bytes).unwrap_err();
        assert!(error.to_string().contains(&format!("`{encoding}`")), "{error}");
        assert_eq!(&bytes[error.span().range()], encoding.as_bytes());
        assert!(error.help().is_some());
        assert_eq!(error.clause().id(), "REP-101");
    }
    let error = decode(&declared("US-ASCII", 0xE9)).unwrap_err();
    assert_eq!(error.to_string(), "the byte 0xE9 is not `US-ASCII`, which is declared");
    assert_eq!(error.span().range(), 46..46);
}

/// REP-101
#[test]
fn a_declared_encoding_that_the_first_bytes_contradict_is_refused() {
    let declaration = "\u{FEFF}<?xml version='1.0' encoding='ISO-8859-1'?><a/>";
    for bytes in [declaration.as_bytes().to_vec(), utf_16(declaration, u16::to_le_bytes)] {
        let error = decode(&bytes).unwrap_err();
        assert!(error.to_string().starts_with("the encoding `ISO-8859-1` is declared, but"));
        assert_eq!(error.span().range(), 30..40);
    }
}

#[test]
fn only_an_xml_declaration_declares_an_encoding() {
    for text in ["<?xml-stylesheet encoding='x'?><a/>", "<?xml version='1.0'?><a encoding='x'/>"] {
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
    }
}

// Size, the same for all three

/// REP-102
#[test]
fn a_document_of_3_mb_is_refused_and_the_limit_is_exact() {
    let large = " ".repeat(3_000_000);
    let errors = [
        decode(large.as_bytes()).unwrap_err(),
        read_xml(&large).unwrap_err(),
        read_json(&large).unwrap_err(),
    ];
    for error in errors {
        let message = "the document has more than 2097152 bytes, so it is not read";
        assert_refused(&error, &large, ("REP-102", message, ""));
    }
    let padding = " ".repeat(SIZE_LIMIT - 4);
    assert!(read_xml(&format!("<a/>{padding}")).is_ok());
    assert!(read_xml(&format!("<a/> {padding}")).is_err());
    assert!(read_json(&format!("{{  }}{padding}")).is_ok());
}

/// REP-101
#[test]
fn nothing_is_no_document() {
    for text in ["", " \n", "\u{FEFF}"] {
        assert_xml_refused(text, "REP-101", "the document is empty", "");
        assert_json_refused(text, "REP-101", "the document is empty", "");
    }
    assert_xml_refused("<!-- a -->", "REP-101", "the document is empty", "");
}

// XML: what is read

#[test]
fn elements_have_names_text_children_and_places() {
    let document = read_xml(XML).unwrap();
    let root = document.root();
    assert_eq!(names(root), ["Role", "Rule", "Rule"]);
    let [first, second, third] = root.children().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!(&XML[first.head().range()], "<Role>");
    assert_eq!(&XML[first.content().range()], "arn:aws:iam::123456789012:role/r&amp;d");
    assert_eq!(first.text(), "arn:aws:iam::123456789012:role/r&d");
    assert_eq!(names(second), ["ID", "Priority", "Filter", "Destination"]);
    assert_eq!(&XML[third.span().range()], "<q:Rule xmlns:q='urn:q'><?skip me?></q:Rule>");
}

#[test]
fn an_empty_element_tag_has_empty_content_behind_it() {
    let text = "<a><b/><b></b></a>";
    let document = read_xml(text).unwrap();
    let places = document.root().children().map(|b| (b.span().range(), b.content().range()));
    assert_eq!(places.collect::<Vec<_>>(), [(3..7, 7..7), (7..14, 10..10)]);
}

/// REP-111
#[test]
fn entities_and_character_references_are_resolved_and_joined() {
    assert_eq!(xml_text("<a>r &amp; co</a>"), "r & co");
    assert_eq!(xml_text("<a>&lt;&gt;&quot;&apos;&#65;&#x42;&#0067;&#x1F600;</a>"), "<>\"'ABC😀");
    assert_eq!(xml_text("<a>&amp;lt;</a>"), "&lt;");
}

/// REP-111
#[test]
fn cdata_sections_are_text_and_are_joined_with_it() {
    assert_eq!(xml_text("<a>x<![CDATA[<&amp;>]]>y<![CDATA[]]><![CDATA[]]]]>z</a>"), "x<&amp;>y]]z");
}

/// REP-111
#[test]
fn comments_and_instructions_leave_no_gap_in_text() {
    assert_eq!(xml_text("<a>lo<!-- <b> & -->gs<?p <b> & ?>/</a>"), "logs/");
}

/// REP-111
#[test]
fn raw_carriage_returns_read_as_line_feeds_and_referenced_ones_stay() {
    assert_eq!(xml_text("<a>1\r\n2\r3\n4</a>"), "1\n2\n3\n4");
    assert_eq!(xml_text("<a><![CDATA[1\r\n2\r]]></a>"), "1\n2\n");
    assert_eq!(xml_text("<a>1&#13;2&#xD;\n3</a>"), "1\r2\r\n3");
    assert_eq!(xml_text("<a>&#xd;&#xa;</a>"), "\r\n");
}

/// REP-111
#[test]
fn white_space_stays_in_text_and_is_dropped_beside_elements() {
    assert_eq!(xml_text("<a> b </a>"), " b ");
    assert_eq!(xml_text("<a>  </a>"), "  ");
    assert_eq!(xml_text("<a> <!-- --> </a>"), "  ");
    let document = read_xml("<a>\n  <b> </b>\n  <b/>\n</a>").unwrap();
    assert_eq!((document.root().text(), document.root().stray_text()), ("", None));
    assert_eq!(document.root().children().next().unwrap().text(), " ");
}

#[test]
fn text_beside_elements_is_astray_and_its_place_is_known() {
    for (text, stray) in [
        ("<a> first <b/> second </a>", "first"),
        ("<a><b/> &amp; </a>", "&amp;"),
        ("<a> <b/><![CDATA[x]]></a>", "<![CDATA[x]]>"),
        ("<a><b/><b/>\n  é\n<b/></a>", "é"),
    ] {
        let document = read_xml(text).unwrap();
        let place = document.root().stray_text().expect(text);
        assert_eq!(&text[place.range()], stray);
        assert!(!document.root().text().is_empty());
    }
    assert_eq!(read_xml("<a>text</a>").unwrap().root().stray_text(), None);
}

#[test]
fn a_byte_order_mark_moves_the_places_and_nothing_else() {
    let document = read_xml("\u{FEFF}<?xml version='1.0'?><a><b/></a>").unwrap();
    assert_eq!(document.root().children().next().unwrap().span().range(), 27..31);
    assert_eq!(read_json("\u{FEFF}{}").unwrap().root().span().range(), 3..5);
    assert_xml_refused(
        "\u{FEFF}\u{FEFF}<a/>",
        "REP-101",
        "text stands outside the root element",
        "\u{FEFF}",
    );
}

#[test]
fn namespaces_are_resolved_and_end_with_their_element() {
    let text =
        "<a xmlns='urn:1'><b xmlns='' xmlns:p='urn:2'><p:c/></b><d xmlns='urn:&amp;'/><e/></a>";
    let document = read_xml(text).unwrap();
    let [b, d, e] = document.root().children().collect::<Vec<_>>()[..] else { panic!() };
    let c = b.children().next().unwrap();
    assert_eq!(document.root().namespace(), Some("urn:1"));
    assert_eq!((b.namespace(), c.namespace(), c.name()), (None, Some("urn:2"), "c"));
    assert_eq!((d.namespace(), e.namespace()), (Some("urn:&"), Some("urn:1")));
    let document = read_xml("<a xmlns='urn:1\t&amp;\r\n2\n&#10;'/>").unwrap();
    assert_eq!(document.root().namespace(), Some("urn:1 & 2 \n"));
}

#[test]
fn attributes_are_noticed_unless_they_are_about_namespaces() {
    let xsi = "xmlns:i='http://www.w3.org/2001/XMLSchema-instance'";
    for (attributes, noticed) in [
        ("xmlns='urn:1' xmlns:p='urn:2'", None),
        (xsi, None),
        (&format!("i:type='x' {xsi}"), None),
        ("xmlns:p='urn:2' \n p:b = \"c>'d\" e='f'", Some("p:b = \"c>'d\"")),
        ("type='CanonicalUser'", Some("type='CanonicalUser'")),
        ("xml:space='preserve'", Some("xml:space='preserve'")),
        ("xmlns='http://www.w3.org/2001/XMLSchema-instance' type='x'", Some("type='x'")),
    ] {
        let text = format!("<a {attributes}/>");
        let document = read_xml(&text).unwrap();
        assert_eq!(document.root().attribute().map(|place| &text[place.range()]), noticed);
    }
}

#[test]
fn names_may_be_in_any_script() {
    let document = read_xml("<Präfix-1.a><p:名 xmlns:p='urn:p'/></Präfix-1.a>").unwrap();
    assert_eq!((document.root().name(), names(document.root())), ("Präfix-1.a", vec!["名".into()]));
}

// XML: what is refused

/// REP-101
#[test]
fn a_document_that_is_cut_off_anywhere_is_refused() {
    for end in 0..XML.len() {
        assert!(!decode(&XML.as_bytes()[..end]).is_ok_and(|text| read_xml(&text).is_ok()));
    }
    for end in 0..JSON.len() {
        assert!(!decode(&JSON.as_bytes()[..end]).is_ok_and(|text| read_json(&text).is_ok()));
    }
    assert_xml_refused("<a><b>", "REP-101", "the document ends inside `b`", "");
}

/// REP-101
#[test]
fn tags_that_do_not_match_are_refused() {
    assert_xml_refused("<a><b></a>", "REP-101", "expected `</b>`, found `</a>`", "</a>");
    assert_xml_refused("<a></a></b>", "REP-101", "`</b>` closes nothing", "</b>");
    assert_xml_refused("<a><b", "REP-101", "this tag is not closed with `>`", "<");
    xml_error("<a></ a>");
    xml_error("<a></a b>");
}

/// REP-101
#[test]
fn there_is_one_root_and_no_text_outside_it() {
    assert_xml_refused("<a/><b/>", "REP-101", "a second element stands behind the root", "<b/>");
    for (text, outside) in [
        ("<a/> x\n", "x"),
        ("x<a/>", "x"),
        ("<a/><![CDATA[]]>", "<![CDATA[]]>"),
        ("<a/>&#32;", "&#32;"),
    ] {
        assert_xml_refused(text, "REP-101", "text stands outside the root element", outside);
    }
    assert!(read_xml(" <!-- a --><a/><?b?>\n").is_ok());
}

/// REP-101
#[test]
fn attributes_must_be_well_formed() {
    let twice = "the attribute `b` is given twice";
    assert_xml_refused("<a b='1' c='2' b='3'/>", "REP-101", twice, "b='3'");
    let one_namespace = "<a xmlns:p='urn:1' xmlns:q='urn:1' p:b='' q:b=''/>";
    assert_xml_refused(one_namespace, "REP-101", twice, "q:b=''");
    xml_error("<a xmlns='urn:1' xmlns='urn:1'/>");
    let unquoted = "the value of the attribute `b` is not in quotation marks";
    assert_xml_refused("<a b=1/>", "REP-101", unquoted, "b");
    assert_xml_refused("<a b/>", "REP-101", "the value of the attribute `b` is missing", "b");
    assert_xml_refused("<a b=''c=''/>", "REP-101", "white space is missing here", "");
    let bracket = "an attribute value contains `<`";
    assert_xml_refused("<a b='1<2'/>", "REP-101", bracket, "<");
    assert_xml_refused("<a b='&c;'/>", "REP-103", "the entity `&c;` is not declared", "&c;");
    assert_xml_refused("<a b='&c'/>", "REP-101", "this `&` begins no reference", "&");
    for text in ["<a b='1/>", "<a / >", "<a ='1'/>", "<a 1b=''/>", "<a\n<b/>", "<a b='&#1;'/>"] {
        xml_error(text);
    }
}

/// REP-101
#[test]
fn names_must_be_legal() {
    for (text, name) in [
        ("<1a/>", "1a"),
        ("<-a/>", "-a"),
        ("<a$/>", "a$"),
        ("<a:b:c xmlns:a='urn:a'/>", "a:b:c"),
        ("<:a/>", ":a"),
        ("<a:/>", "a:"),
        ("< a/>", ""),
        ("<a/ >", "a/"),
        ("<a><?XML a?></a>", "XML"),
        ("<a><?1?></a>", "1"),
    ] {
        let message = format!("`{name}` cannot be a name here");
        assert_xml_refused(text, "REP-101", &message, name);
    }
}

/// REP-101
#[test]
fn prefixes_must_be_declared_and_declarations_allowed() {
    let undeclared = "the namespace prefix `p` is not declared";
    assert_xml_refused("<a><p:b/></a>", "REP-101", undeclared, "p");
    assert_xml_refused("<a><b xmlns:p='urn:p'/><c p:d=''/></a>", "REP-101", undeclared, "p");
    for declaration in [
        "xmlns:p=''",
        "xmlns:xml='urn:p'",
        "xmlns:xmlns='urn:p'",
        "xmlns:p='http://www.w3.org/2000/xmlns/'",
        "xmlns='http://www.w3.org/XML/1998/namespace'",
    ] {
        let text = format!("<a {declaration}/>");
        let message = "this namespace declaration is not allowed";
        assert_xml_refused(&text, "REP-101", message, declaration);
    }
}

/// REP-101
#[test]
fn comments_sections_and_ampersands_must_be_well_formed() {
    for text in ["<a><!-- b -- c --></a>", "<a><!-- b---></a>"] {
        assert_xml_refused(text, "REP-101", "`--` stands inside a comment", "--");
    }
    assert_xml_refused("<a>b]]>c</a>", "REP-101", "text contains `]]>`", "]]>");
    for text in
        ["<a>r & d</a>", "<a>r &d</a>", "<a>r & d;</a>", "<a>&;</a>", "<a>&", "<a>&&amp;</a>"]
    {
        assert_xml_refused(text, "REP-101", "this `&` begins no reference", "&");
    }
    for text in ["<a><!-></a>", "<a><![CDAT[]]></a>", "<a><!ELEMENT a></a>", "<a><?></a>", "<></>"]
    {
        xml_error(text);
    }
    assert!(read_xml("<a><!----><!-- - --><b/></a>").is_ok());
}

/// REP-101
#[test]
fn the_xml_declaration_stands_first_and_says_1_0() {
    for (text, underlined) in [
        (" <?xml version='1.0'?><a/>", "<?xml version='1.0'?>"),
        ("<a><?xml version='1.0'?></a>", "<?xml version='1.0'?>"),
        ("<?xml version='1.1'?><a/>", "version='1.1'"),
        ("<?xml encoding='UTF-8'?><a/>", "<?xml encoding='UTF-8'?>"),
        ("<?xml encoding='UTF-8' version='1.0'?><a/>", "version='1.0'"),
        ("<?xml version='1.0' version='1.0'?><a/>", "version='1.0'"),
        ("<?xml version='1.0' standalone='true'?><a/>", "standalone='true'"),
        ("<?xml version='1.0' encoding='8'?><a/>", "encoding='8'"),
        ("<?xml?><a/>", "<?xml?>"),
    ] {
        let error = xml_error(text);
        assert_eq!(&text[error.span().range()], underlined, "{error}");
        assert_eq!(error.clause().id(), "REP-101");
    }
    assert!(read_xml("<?xml version=\"1.0\" encoding='UTF-8' standalone='no' ?><a/>").is_ok());
}

/// REP-103
#[test]
fn document_type_declarations_are_refused_before_they_can_do_harm() {
    let mut bomb = String::from("<!DOCTYPE a [<!ENTITY l0 'lol'>");
    for level in 1..10 {
        let before = format!("&l{};", level - 1).repeat(10);
        write!(bomb, "<!ENTITY l{level} '{before}'>").unwrap();
    }
    bomb.push_str("]><a>&l9;</a>");
    let refused = "a document type declaration is not read";
    for text in [&bomb, "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "<!doctype a><a/>"] {
        let error = xml_error(text);
        assert_eq!((error.clause().id(), error.to_string().as_str()), ("REP-103", refused));
        assert!(error.help().unwrap().starts_with("remove it"));
    }
    assert_xml_refused("<!DOCTYPE a [", "REP-103", refused, "<");
    assert_xml_refused("<!DOCTYPE><a/>", "REP-103", refused, "<");
}

/// REP-103
#[test]
fn undeclared_entities_are_refused() {
    assert_xml_refused("<a>&nbsp;</a>", "REP-103", "the entity `&nbsp;` is not declared", "&nbsp;");
    assert_xml_refused("<a>&AMP;</a>", "REP-103", "the entity `&AMP;` is not declared", "&AMP;");
}

/// REP-103
#[test]
fn illegal_characters_are_refused_raw_and_by_reference() {
    for character in ['\0', '\u{1}', '\u{B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}'] {
        let text = format!("<a>é{character}</a>");
        let message = format!("XML does not allow the character U+{:04X}", u32::from(character));
        assert_xml_refused(&text, "REP-103", &message, &character.to_string());
    }
    for reference in
        ["&#0;", "&#1;", "&#xB;", "&#xFFFE;", "&#xD800;", "&#x110000;", "&#99999999999;"]
    {
        let text = format!("<a>{reference}</a>");
        let message = format!("`{reference}` is not a character that XML allows");
        assert_xml_refused(&text, "REP-103", &message, reference);
    }
    for reference in ["&#;", "&#x;", "&#xG;", "&#+1;", "&#X41;", "&#-1;"] {
        let text = format!("<a>{reference}</a>");
        let message = format!("`{reference}` is not a character reference");
        assert_xml_refused(&text, "REP-101", &message, reference);
    }
    assert_eq!(xml_text("<a>\u{7F}\u{85}\u{FFFD}\u{FF01}\u{E000}</a>").chars().count(), 5);
}

/// REP-103
#[test]
fn nesting_is_limited_in_both_forms() {
    let nested = |depth| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert!(read_xml(&nested(DEPTH_LIMIT)).is_ok());
    for depth in [DEPTH_LIMIT + 1, 10_000] {
        let error = xml_error(&nested(depth));
        assert_eq!((error.clause().id(), error.span().range()), ("REP-103", 48..51));
        assert_eq!(error.to_string(), "nesting deeper than 16 levels is not read");
    }
    let nested = |depth| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert!(read_json(&nested(DEPTH_LIMIT - 1)).is_ok());
    for depth in [DEPTH_LIMIT, 100_000] {
        assert_eq!(json_error(&nested(depth)).clause().id(), "REP-103");
    }
    assert_eq!(json_error(&format!("{{\"a\":{}", "[".repeat(100_000))).clause().id(), "REP-103");
    assert_eq!(json_error(&"{\"a\":".repeat(100_000)).clause().id(), "REP-103");
}

/// REP-103
#[test]
fn namespace_declarations_in_force_are_limited() {
    let declare = |number| {
        (0..number).fold(String::new(), |text, at| text + &format!(" xmlns:p{at}='urn:{at}'"))
    };
    assert!(read_xml(&format!("<a{}/>", declare(64))).is_ok());
    let text = format!("<a{}/>", declare(200));
    let message = "more than 64 namespace declarations are not read";
    assert_xml_refused(&text, "REP-103", message, "xmlns:p64='urn:64'");
    let inner = format!("<b{}/>", declare(40));
    assert!(read_xml(&format!("<a{}>{inner}{inner}</a>", declare(20))).is_ok());
}

/// Quadratic time in any of these would be minutes.
#[test]
fn large_documents_of_one_kind_of_thing_are_read_in_linear_time() {
    let fill = |unit: &str| unit.repeat((SIZE_LIMIT - 200_000) / unit.len());
    let attributes = (0..150_000).fold(String::new(), |text, at| text + &format!(" a{at}=''"));
    assert!(read_xml(&format!("<a{attributes}/>")).is_ok());
    assert!(read_xml(&format!("<a>{}</a>", fill("<b/>"))).is_ok());
    assert!(read_xml(&format!("<a>{}</a>", fill("<b xmlns='c'/>"))).is_ok());
    assert!(read_xml(&format!("<a>{}</a>", fill("&#9;"))).is_ok());
    assert!(read_xml(&format!("<a b='{}'/>", fill("&lt;"))).is_ok());
    assert!(read_xml(&format!("<a>{}</a>", fill("<![CDATA[]]]]>"))).is_ok());
    assert!(read_xml(&format!("<a>{}</a>", fill("<"))).is_err());
    assert!(read_xml(&format!("<!DOCTYPE a [{}", fill("<"))).is_err());
    assert!(read_json(&format!("{{\"a\":\"{}\"}}", fill("\\n"))).is_ok());
    let long_name = "\\u0061".repeat(100_000);
    assert!(read_json(&format!("{{\"{long_name}\":[{}0]}}", "0,".repeat(500_000))).is_ok());
}

// JSON

#[test]
fn members_and_items_have_names_kinds_text_and_places() {
    let document = read_json(JSON).unwrap();
    let [role, rules] = document.root().children().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!((document.root().kind(), document.root().name()), (Kind::Object, ""));
    assert_eq!((role.kind(), role.text()), (Kind::String, "arn:aws:iam::123456789012:role/r&d"));
    assert_eq!(&JSON[role.head().range()], "\"Role\"");
    assert_eq!(&JSON[role.content().range()], r#""arn:aws:iam::123456789012:role/r\u0026d""#);
    assert_eq!((rules.kind(), names(rules)), (Kind::Array, vec!["Rules".into(), "Rules".into()]));
    let [first, second] = rules.children().collect::<Vec<_>>()[..] else { panic!() };
    assert_eq!(first.children().next().unwrap().text(), "é\n😀");
    assert_eq!(first.head(), first.content());
    let values = second.children().map(|value| (value.kind(), value.text()));
    let expected = [(Kind::Number, "-1.5e+3"), (Kind::Boolean, "true"), (Kind::Boolean, "false")];
    assert_eq!(values.collect::<Vec<_>>(), expected);
    assert_eq!(
        &JSON[second.span().range()],
        r#"{"Priority": -1.5e+3, "Enabled": true, "Enabled": false}"#
    );
}

#[test]
fn white_space_may_stand_between_all_parts_of_json() {
    let text = " \t\r\n{ \"a\"\r:\n[\t1 , 2\r\n] , \"b\" : { } } \r";
    let document = read_json(text).unwrap();
    assert_eq!(names(document.root()), ["a", "b"]);
    check_places(&document, text);
    check_against_serde_json(text);
}

#[test]
fn a_name_that_is_given_twice_is_there_twice() {
    let text = r#"{"a": 1, "b": null, "\u0061": 2}"#;
    let document = read_json(text).unwrap();
    assert_eq!(names(document.root()), ["a", "b", "a"]);
    let heads = document.root().children().map(|member| &text[member.head().range()]);
    assert_eq!(heads.collect::<Vec<_>>(), [r#""a""#, r#""b""#, r#""\u0061""#]);
}

#[test]
fn items_share_a_decoded_name_with_their_array() {
    let document = read_json(r#"{"\u0052ules": [[1], 2]}"#).unwrap();
    let rules = document.root().children().next().unwrap();
    let first = rules.children().next().unwrap();
    assert_eq!((names(rules), names(first)), (vec!["Rules".to_owned(); 2], vec!["Rules".into()]));
}

/// REP-110
#[test]
fn the_outermost_value_must_be_an_object() {
    for (text, found) in [("[]", "["), (" 1", "1"), ("\"a\"", "\""), ("null", "n"), ("é", "é")] {
        let message = format!("expected an object, found `{found}`");
        assert_json_refused(text, "REP-110", &message, found);
    }
}

/// REP-101
#[test]
fn text_that_is_not_json_is_refused_where_it_stops_to_be() {
    for (text, message, underlined) in [
        ("{}\u{B}", "expected the end of the document, found `\\u{b}`", "\u{B}"),
        ("{} x", "expected the end of the document, found `x`", "x"),
        ("{}{}", "expected the end of the document, found `{`", "{"),
        ("{\"a\" 1}", "expected `:`, found `1`", "1"),
        ("{\"a\": 1 \"b\": 2}", "expected `,` or `}`, found `\"`", "\""),
        ("{\"a\": [1 2]}", "expected `,` or `]`, found `2`", "2"),
        ("{\"a\": [1}", "expected `,` or `]`, found `}`", "}"),
        ("{\"a\": 1,}", "expected a member name in quotation marks, found `}`", "}"),
        ("{a: 1}", "expected a member name in quotation marks, found `a`", "a"),
        ("{\"a\": [1,]}", "expected a value, found `]`", "]"),
        ("{\"a\": é}", "expected a value, found `é`", "é"),
        ("{\"a\": nul}", "expected a value, found `nul`", "nul"),
        ("{\"a\": +1}", "expected a value, found `+`", "+"),
        ("{\"a\": 01}", "expected `,` or `}`, found `1`", "1"),
        ("{\"a\": 1.}", "expected a digit, found `}`", "}"),
        ("{\"a\": -}", "expected a digit, found `}`", "}"),
        ("{\"a\": 1e}", "expected a digit, found `}`", "}"),
        ("{\"a\": ", "expected a value, found the end of the document", ""),
        ("{\"a\": \"b", "this string does not end", "\""),
        ("{\"a\": \"\n\"}", "the character U+000A must be escaped in a string", "\n"),
        ("{\"a\": \"\u{1F}\"}", "the character U+001F must be escaped in a string", "\u{1F}"),
        ("{\"a\": \"\0\"}", "the character U+0000 must be escaped in a string", "\0"),
        ("{\"a\": \"\\é\"}", "no escape is written like this", "\\é"),
        ("{\"a\": \"\\u+123\"}", "`\\u` needs four hexadecimal digits", "\\u"),
        ("{\"a\": \"\\u12é\"}", "`\\u` needs four hexadecimal digits", "\\u"),
        ("{\0}", "expected a member name in quotation marks, found `\\0`", "\0"),
    ] {
        assert_json_refused(text, "REP-101", message, underlined);
    }
}

/// REP-101
#[test]
fn surrogates_must_be_escaped_in_pairs() {
    let message = "half a character is escaped here, without its other half";
    for half in ["\\ud800", "\\udc00", "\\uDBFF"] {
        for rest in ["", "a", "\\n", "\\u0041", "\\ud800"] {
            let text = format!("{{\"a\": \"é{half}{rest}\"}}");
            assert_json_refused(&text, "REP-101", message, half);
        }
    }
}

#[test]
fn errors_quote_no_more_than_a_line_of_a_document() {
    let long = "a".repeat(100_000);
    for error in [
        xml_error(&format!("<a><{long}>")),
        xml_error(&format!("<a>&{long};</a>")),
        xml_error(&format!("<a {long}=1/>")),
        xml_error(&format!("<a {long}='' {long}=''/>")),
        xml_error(&format!("<{long}></b>")),
        xml_error(&format!("<{long}:a/>")),
        xml_error(&format!("<1{long}/>")),
        json_error(&format!("{{\"a\": {long}}}")),
        decode(&declared(&long, b'a')).unwrap_err(),
    ] {
        assert!(error.to_string().len() < 150, "{error}");
    }
}

#[test]
fn every_error_names_a_clause_of_the_table() {
    for error in [xml_error("<a>"), xml_error("<!DOCTYPE a>"), json_error("[]")] {
        assert_eq!(Clause::find(error.clause().id()), Some(error.clause()));
    }
}

// Properties

/// Asserts that what is said about places is true of a document and its text.
fn check_places(document: &Document<'_>, text: &str) {
    let whole = Span::new(0, u32::try_from(text.len()).unwrap()).unwrap();
    let mut waiting = vec![(document.root(), whole)];
    while let Some((element, around)) = waiting.pop() {
        let places = [
            Some(element.head()),
            Some(element.content()),
            element.attribute(),
            element.stray_text(),
        ];
        assert!(lies_in(element.span(), around), "{element:?} lies outside {around:?}");
        for place in places.into_iter().flatten() {
            assert!(lies_in(place, element.span()), "{place:?} lies outside {element:?}");
            assert!(text.get(place.range()).is_some(), "{place:?} splits a character");
        }
        let mut before = element.content().start();
        for child in element.children() {
            assert!(child.span().start() >= before, "{child:?} overlaps its sibling");
            before = child.span().end();
            waiting.push((child, element.content()));
        }
    }
}

fn lies_in(inner: Span, outer: Span) -> bool {
    outer.start() <= inner.start() && inner.end() <= outer.end()
}

/// Reads a text in both forms, and checks whatever comes out.
fn read_both(text: &str) {
    for read in [read_xml, read_json] {
        match read(text) {
            Ok(document) => check_places(&document, text),
            Err(error) => {
                assert!(
                    text.get(error.span().range()).is_some(),
                    "{error:?} lies outside the text"
                );
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

/// Turns a JSON element into the value it stands for; of members with one name the last counts.
fn value_of(element: Element<'_, '_>) -> Value {
    match element.kind() {
        Kind::Object => {
            element.children().map(|child| (child.name().to_owned(), value_of(child))).collect()
        }
        Kind::Array => element.children().map(value_of).collect(),
        Kind::String => Value::String(element.text().to_owned()),
        _ => serde_json::from_str(element.text()).unwrap(),
    }
}

/// Asserts that `serde_json` accepts and understands a text as this crate does.
fn check_against_serde_json(text: &str) {
    // `serde_json` knows no byte-order mark.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match (read_json(text), serde_json::from_str::<Value>(text)) {
        (Ok(document), Ok(value)) => assert_eq!(value_of(document.root()), value),
        (Ok(_), Err(error)) => {
            // A number stays as it is written here, so that its size does not matter.
            assert!(error.to_string().starts_with("number out of range"), "{error}: {text}");
        }
        (Err(error), Ok(value)) => {
            assert!(!value.is_object(), "{error}: {text}");
            assert_eq!(error.clause().id(), "REP-110");
        }
        (Err(_), Err(_)) => {}
    }
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f32>().prop_map(|number| Value::from(f64::from(number))),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[ab\"\\\\é\n]{0,3}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// A change of a document: at a place, so many bytes are replaced with a fragment.
fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, usize, String)>> {
    let piece = prop_oneof![4 => fragment(), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec((any::<prop::sample::Index>(), 0_usize..8, piece), 1..4)
}

/// What has a meaning somewhere in XML or JSON.
fn fragment() -> impl Strategy<Value = String> {
    const MARKUP: &str = r#"< > / </ <a> </a> <a/> & ; &amp; &#13; &#x0; &b; <!-- --> -- <![CDATA[ ]]>
        <? ?> <?xml <!DOCTYPE ' " = a='b' xmlns='urn:a' xmlns:a='' a: : xml: ' "#;
    const VALUES: &str = r#"{ } [ ] , {} [] "a": \ \" \u \ud83d \udc00 \n 0 - 1.5 e9 true null"#;
    const CHARACTERS: &str = "\0\t\n\r é😀\u{FEFF}\u{FFFE}";
    let words = MARKUP.split_ascii_whitespace().chain(VALUES.split_ascii_whitespace());
    let characters = CHARACTERS.chars().map(String::from);
    let all = words.map(str::to_owned).chain(characters).chain([String::new()]);
    prop::sample::select(all.collect::<Vec<_>>())
}

fn xml_text_piece() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec!["&", "<", "]]>", "\r", "\r\n", " "]).prop_map(str::to_owned),
        "[\t\n\r -\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]{0,3}",
    ]
}

fn edited(text: &str, edits: &[(prop::sample::Index, usize, String)]) -> String {
    let mut text = text.to_owned();
    for (place, length, fragment) in edits {
        let floor = |at: usize| (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        let start = floor(place.index(text.len() + 1));
        let end = floor((start + length).min(text.len())).max(start);
        text.replace_range(start..end, fragment);
    }
    text
}

proptest! {
    #[test]
    fn arbitrary_bytes_and_text_never_panic(bytes: Vec<u8>, text: String) {
        if let Ok(text) = decode(&bytes) {
            read_both(&text);
        }
        read_both(&text);
        read_both(&format!("<a>{text}</a>"));
        read_both(&format!("{{\"a\":\"{text}\"}}"));
    }

    #[test]
    fn fragments_in_any_order_never_panic(
        fragments in prop::collection::vec(fragment(), 0..16),
    ) {
        let text = fragments.concat();
        read_both(&text);
        read_both(&format!("<a>{text}</a>"));
        check_against_serde_json(&text);
        check_against_serde_json(&format!("{{\"a\":{text}}}"));
    }

    #[test]
    fn edited_documents_never_panic_and_keep_their_places(edits in edits()) {
        read_both(&edited(XML, &edits));
        read_both(&edited(JSON, &edits));
    }

    #[test]
    fn edited_bytes_never_panic(at: prop::sample::Index, byte: u8, wide: bool) {
        let mut bytes = if wide { utf_16(XML, u16::to_le_bytes) } else { XML.as_bytes().to_vec() };
        let at = at.index(bytes.len());
        bytes[at] = byte;
        match decode(&bytes) {
            Ok(text) => read_both(&text),
            Err(error) => prop_assert!(error.span().end() as usize <= bytes.len() * 2),
        }
    }

    /// REP-111
    #[test]
    fn text_that_is_escaped_reads_as_it_was(pieces in prop::collection::vec(xml_text_piece(), 0..8)) {
        let text = pieces.concat();
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let document = format!("<a>{}</a>", escaped.replace('\r', "&#13;"));
        prop_assert_eq!(xml_text(&document), text);
    }

    #[test]
    fn edited_json_is_accepted_as_serde_json_accepts_it(edits in edits()) {
        check_against_serde_json(&edited(JSON, &edits));
    }

    #[test]
    fn json_means_what_serde_json_says(value in json_value(), pretty: bool) {
        let value = serde_json::json!({ "a": value });
        let text = if pretty { format!("{value:#}") } else { value.to_string() };
        check_places(&read_json(&text).unwrap(), &text);
        check_against_serde_json(&text);
    }
}
