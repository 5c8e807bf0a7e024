use super::*;

#[test]
fn cases() {
    let arena = Bump::new();
    for (text, lowered, uppered) in [
        ("", "", ""),
        ("abc 1", "abc 1", "ABC 1"),
        ("ABC", "abc", "ABC"),
        ("Straße", "straße", "STRASSE"),
        ("ΌΣΟΣ", "όσοσ", "ΌΣΟΣ"),
        ("Ärger İ", "ärger i\u{307}", "ÄRGER İ"),
        ("日本", "日本", "日本"),
    ] {
        assert_eq!(lower(text, &arena), lowered, "{text}");
        assert_eq!(upper(text, &arena), uppered, "{text}");
    }
    assert_eq!(
        initcap("hi THOMAS o'neil 2nd x_y", &arena),
        "Hi Thomas O'Neil 2nd X_Y"
    );
}

#[test]
fn lengths_are_in_characters() {
    for (text, expected) in [("", 0), ("abc", 3), ("äöü", 3), ("😀", 1), ("e\u{301}", 2)] {
        assert_eq!(length(text), expected, "{text}");
    }
}

#[test]
fn ends_are_trimmed() {
    assert_eq!(trim("xyxtrimyyx", "xyz"), "trim");
    assert_eq!(trim_start("zzzytest", "xyz"), "test");
    assert_eq!(trim_end("testxxzx", "xyz"), "test");
    assert_eq!(trim("  a ", " "), "a");
    assert_eq!(trim("\t a", " "), "\t a");
    assert_eq!(trim("abc", ""), "abc");
}

#[test]
fn parts_from_either_end() {
    for (text, count, first, last) in [
        ("abcde", 2, "ab", "de"),
        ("abcde", -2, "abc", "cde"),
        ("abcde", 0, "", ""),
        ("abcde", 9, "abcde", "abcde"),
        ("abcde", -9, "", ""),
        ("abcde", i64::MAX, "abcde", "abcde"),
        ("abcde", i64::MIN, "", ""),
        ("äöü", 1, "ä", "ü"),
        ("äöü", -1, "äö", "öü"),
        ("", 1, "", ""),
    ] {
        assert_eq!(left(text, count), first, "left {text} {count}");
        assert_eq!(right(text, count), last, "right {text} {count}");
    }
}

#[test]
fn parts_by_place() {
    for (start, count, expected) in [
        (2, 3, Ok("hom")),
        (1, 6, Ok("Thomas")),
        (0, 3, Ok("Th")),
        (-1, 3, Ok("T")),
        (-5, 3, Ok("")),
        (4, 0, Ok("")),
        (9, 2, Ok("")),
        (3, i64::MAX, Ok("omas")),
        (i64::MIN, i64::MAX, Ok("")),
        (2, -1, Err(Reason::Argument)),
    ] {
        assert_eq!(
            substring("Thomas", start, count),
            expected,
            "{start} {count}"
        );
    }
    assert_eq!(substring_from("Thomas", 3), "omas");
    assert_eq!(substring_from("Thomas", -3), "Thomas");
    assert_eq!(substring_from("Thomas", i64::MIN), "Thomas");
    assert_eq!(substring_from("Thomas", 7), "");
}

#[test]
fn parts_are_replaced() {
    let arena = Bump::new();
    assert_eq!(overlay("Txxxxas", "hom", 2, 4, &arena), Ok("Thomas"));
    assert_eq!(overlay("abcdef", "X", 3, -1, &arena), Ok("abXbcdef"));
    assert_eq!(overlay("abc", "X", 9, 1, &arena), Ok("abcX"));
    assert_eq!(overlay("abc", "X", 0, 1, &arena), Err(Reason::Argument));
    assert_eq!(
        overlay("abc", "X", 2, i64::MAX, &arena),
        Err(Reason::Overflow)
    );
    assert_eq!(overlay_all("yabadoo", "daba", 5, &arena), Ok("yabadaba"));
    assert_eq!(replace("abcabc", "bc", "-", &arena), Ok("a-a-"));
    assert_eq!(replace("abc", "", "-", &arena), Ok("abc"));
    assert_eq!(replace("aaa", "aa", "b", &arena), Ok("ba"));
    let long = "x".repeat(1 << 13);
    assert_eq!(replace(&long, "x", &long, &arena), Err(Reason::TooLong));
    assert_eq!(translate("12345", "143", "ax", &arena), "a2x5");
    assert_eq!(translate("aba", "aa", "xy", &arena), "xbx");
    assert_eq!(reverse("añb", &arena), "bña");
}

#[test]
fn texts_are_split() {
    for (text, separator, n, expected) in [
        ("abc~@~def~@~ghi", "~@~", 2, Ok("def")),
        ("abc,def,ghi", ",", -2, Ok("def")),
        ("abc,def,ghi", ",", 4, Ok("")),
        ("abc,def,ghi", ",", -4, Ok("")),
        ("abc", "", 1, Ok("abc")),
        ("abc", "", -1, Ok("abc")),
        ("abc", "", 2, Ok("")),
        ("", ",", 1, Ok("")),
        ("aaa", "aa", -1, Ok("a")),
        ("abc", ",", i64::MIN, Ok("")),
        ("abc", ",", 0, Err(Reason::Argument)),
    ] {
        assert_eq!(
            split_part(text, separator, n),
            expected,
            "{text} {separator} {n}"
        );
    }
}

#[test]
fn texts_are_joined() {
    let arena = Bump::new();
    assert_eq!(concat([Some("a"), None, Some("b")], &arena), "ab");
    assert_eq!(concat([None], &arena), "");
    assert_eq!(
        concat_ws(", ", [None, Some("a"), None, Some("")], &arena),
        "a, "
    );
    assert_eq!(concat_ws(",", [None, None], &arena), "");
}

#[test]
fn texts_are_searched() {
    assert_eq!(strpos("high", "ig"), 2);
    assert_eq!(strpos("äöü", "ü"), 3);
    assert_eq!(strpos("abc", ""), 1);
    assert_eq!(strpos("abc", "x"), 0);
    assert!(starts_with("alphabet", "alph") && !starts_with("a", "ab"));
    assert!(ends_with("alphabet", "bet") && contains("alphabet", "phab"));
}

#[test]
fn code_points() {
    let arena = Bump::new();
    assert_eq!((ascii("x"), ascii(""), ascii("日")), (120, 0, 26_085));
    assert_eq!(chr(26_085, &arena), Ok("日"));
    for wrong in [0, -1, 0xd800, 0x11_0000, i64::MAX] {
        assert_eq!(chr(wrong, &arena), Err(Reason::Argument), "{wrong}");
    }
}
