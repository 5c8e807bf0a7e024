//! Precedence, shapes and places of expressions.

use super::{good_select, parsed};
use crate::ir::ast::{Expr, ExprKind, Literal, SelectItem};
use crate::source::SourceFile;

/// A query with every kind of expression.
pub(super) const EVERY_EXPRESSION: &str = r#"
SELECT a, t.b, "odd key" AS c, 1, 2.50, 1e9, .5, 'it''s', NULL, true, FALSE, -x, +x, NOT y,
       a + b - c * d / e % f, (a + b) * c, a IS NULL, a IS NOT NULL, b IS TRUE, b IS NOT UNKNOWN,
       a IN (1, 2, 3), a NOT IN ('x'), a BETWEEN 1 AND 2, a NOT BETWEEN b AND c + 1,
       CASE WHEN a > 1 THEN 'x' WHEN b THEN 'y' ELSE 'z' END, CASE a WHEN 1 THEN 2 END,
       CAST(a AS DECIMAL(10, 2)), CAST(a AS DOUBLE PRECISION), s LIKE 'a%' ESCAPE '!',
       s NOT LIKE p, lower(s), coalesce(a, b, 1), now(), TIMESTAMP '2024-01-01T00:00:00Z',
       DATE '2024-01-01', TIME '10:00:00', TIMESTAMP(3) '2024-01-01', timestamp, date, time,
       a::INT, TRY_CAST(s AS INT), s || 'x', j -> 'a', j ->> 0, a & b | c # ~d, a << 2 >> b,
       s ILIKE 'x%', a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b, a BETWEEN SYMMETRIC 2 AND b
FROM readings AS t
WHERE a = 1 AND b <> 2 OR NOT c != 3 AND d <= 4 AND e >= 5 AND f < 6 OR g > 7;
"#;

fn expression(text: &str) -> (SourceFile, Expr) {
    let (source, mut query) = good_select(&format!("SELECT {text} FROM t"));
    assert_eq!(query.items.len(), 1, "{text}");
    match query.items.remove(0) {
        SelectItem::Expr { expr, alias: None } => (source, expr),
        other => panic!("not a plain expression: {other:?}"),
    }
}

/// The parts of `expr` in order.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Column { .. } | ExprKind::Literal(_) | ExprKind::Unsupported => Vec::new(),
        ExprKind::Not(x) | ExprKind::Negate(x) | ExprKind::BitNot(x) => vec![x],
        ExprKind::Binary { left, right, .. } | ExprKind::IsDistinct { left, right, .. } => {
            vec![left, right]
        }
        ExprKind::IsNull { operand, .. }
        | ExprKind::IsTruth { operand, .. }
        | ExprKind::Field { operand, .. }
        | ExprKind::Cast { operand, .. } => vec![operand],
        ExprKind::Subscript { operand, subscript } => vec![operand, subscript],
        ExprKind::Any { left, array, .. } => vec![left, array],
        ExprKind::InList { operand, list, .. } => std::iter::once(&**operand).chain(list).collect(),
        ExprKind::Between {
            operand, low, high, ..
        } => vec![operand, low, high],
        ExprKind::Case {
            operand,
            branches,
            otherwise,
        } => {
            let branches = branches.iter().flat_map(|(when, then)| [when, then]);
            let operand = operand.as_deref().into_iter();
            operand
                .chain(branches)
                .chain(otherwise.as_deref())
                .collect()
        }
        ExprKind::Like {
            operand, pattern, ..
        } => vec![operand, pattern],
        ExprKind::Call { arguments, .. } => arguments.iter().collect(),
    }
}

/// `expr` with brackets around every operation.
fn shape(expr: &Expr) -> String {
    let inner: Vec<String> = parts(expr).into_iter().map(shape).collect();
    let not = |negated: &bool| if *negated { "not-" } else { "" };
    let head = match &expr.kind {
        ExprKind::Column {
            qualifier: Some(qualifier),
            name,
        } => return format!("{}.{}", qualifier.text, name.text),
        ExprKind::Column {
            qualifier: None,
            name,
        } => return name.text.clone(),
        ExprKind::Literal(literal) => return shown(literal),
        ExprKind::Not(_) => "not".to_owned(),
        ExprKind::Negate(_) => "neg".to_owned(),
        ExprKind::BitNot(_) => "~".to_owned(),
        ExprKind::IsDistinct { negated, .. } => format!("is-{}distinct", not(negated)),
        ExprKind::Binary { op, .. } => op.as_str().to_owned(),
        ExprKind::IsNull { negated, .. } => format!("is-{}null", not(negated)),
        ExprKind::IsTruth { value, negated, .. } => format!("is-{}{value:?}", not(negated)),
        ExprKind::InList { negated, .. } => format!("{}in", not(negated)),
        ExprKind::Between {
            symmetric, negated, ..
        } => {
            let symmetric = if *symmetric { "-symmetric" } else { "" };
            format!("{}between{symmetric}", not(negated))
        }
        ExprKind::Case { .. } => "case".to_owned(),
        ExprKind::Cast {
            tried, data_type, ..
        } => format!("{}cast {data_type}", if *tried { "try-" } else { "" }),
        ExprKind::Like {
            any_case,
            escape,
            negated,
            ..
        } => {
            let like = if *any_case { "ilike" } else { "like" };
            format!("{}{like} {escape:?}", not(negated))
        }
        ExprKind::Field { name, .. } => format!(".{}", name.text),
        ExprKind::Subscript { .. } => "[]".to_owned(),
        ExprKind::Any { op, .. } => format!("{}any", op.as_str()),
        ExprKind::Call { name, .. } => name.text.clone(),
        ExprKind::Unsupported => "unsupported".to_owned(),
    };
    format!("({head} {})", inner.join(" ")).replace(" )", ")")
}

fn shown(literal: &Literal) -> String {
    match literal {
        Literal::Null => "null".to_owned(),
        Literal::Boolean(value) => value.to_string(),
        Literal::Number(digits) => digits.clone(),
        Literal::Text(text) => format!("{:?}", text.value),
        Literal::Typed { data_type, text } => format!("{data_type}:{:?}", text.value),
    }
}

#[test]
fn operators_bind_as_in_postgresql() {
    let cases = [
        ("a OR b AND c", "(OR a (AND b c))"),
        ("a.b.c.d", "(.d (.c a.b))"),
        (
            "a[1].b[c + 1]::INT",
            "(cast INT ([] (.b ([] a 1)) (+ c 1)))",
        ),
        (
            "-a[1] = ANY (b.c) AND d",
            "(AND (=any (neg ([] a 1)) b.c) d)",
        ),
        ("(a + b).c < SOME (d[1])", "(<any (.c (+ a b)) ([] d 1))"),
        ("a AND b OR c AND d", "(OR (AND a b) (AND c d))"),
        ("a OR b OR c", "(OR (OR a b) c)"),
        ("NOT a = b AND c", "(AND (not (= a b)) c)"),
        ("NOT NOT a", "(not (not a))"),
        ("NOT a IS NULL", "(not (is-null a))"),
        ("a = b IS NULL", "(is-null (= a b))"),
        ("a IS NOT NULL AND b", "(AND (is-not-null a) b)"),
        ("a = b IS NOT TRUE", "(is-not-Some(true) (= a b))"),
        ("a IS UNKNOWN", "(is-None a)"),
        ("a + b * c - d", "(- (+ a (* b c)) d)"),
        ("a - b - c", "(- (- a b) c)"),
        ("a / b * c % d", "(% (* (/ a b) c) d)"),
        ("(a + b) * c", "(* (+ a b) c)"),
        ("-a * b", "(* (neg a) b)"),
        ("- -a", "(neg (neg a))"),
        ("+a - +1", "(- a 1)"),
        ("a < -10.0", "(< a (neg 10.0))"),
        ("a<-b", "(< a (neg b))"),
        ("a + 1 < b OR c", "(OR (< (+ a 1) b) c)"),
        ("a BETWEEN 1 AND 2 AND b", "(AND (between a 1 2) b)"),
        ("a NOT BETWEEN b + 1 AND c", "(not-between a (+ b 1) c)"),
        ("a = b IN (1, 2 OR c)", "(= a (in b 1 (OR 2 c)))"),
        ("a NOT IN ('x')", "(not-in a \"x\")"),
        ("a LIKE b OR c", "(OR (like Some('\\\\') a b) c)"),
        ("a NOT LIKE 'x' ESCAPE ''", "(not-like None a \"x\")"),
        (
            "a LIKE 'x' ESCAPE '''' = b",
            "(= (like Some('\\'') a \"x\") b)",
        ),
        ("CASE WHEN a THEN b ELSE c END + 1", "(+ (case a b c) 1)"),
        ("CASE a WHEN 1 THEN NULL END", "(case a 1 null)"),
        (
            "CAST(a + 1 AS INT UNSIGNED) * 2",
            "(* (cast INT UNSIGNED (+ a 1)) 2)",
        ),
        ("coalesce(a, lower(b), 'x')", "(coalesce a (lower b) \"x\")"),
        ("now()", "(now)"),
        ("t.a <> \"T\".\"b c\"", "(<> t.a T.b c)"),
        ("DATE '2024-01-01'", "DATE:\"2024-01-01\""),
        ("INTERVAL '1 day 2:00'", "INTERVAL:\"1 day 2:00\""),
        ("a - INTERVAL '-5' MINUTE", "(- a INTERVAL:\"-5 minute\")"),
        ("interval + 1", "(+ interval 1)"),
        ("TIMESTAMP(3) 'x'", "TIMESTAMP(3):\"x\""),
        ("TIMESTAMP WITH TIME ZONE 'x'", "TIMESTAMP:\"x\""),
        ("timestamp = date", "(= timestamp date)"),
        ("a != 1", "(<> a 1)"),
        ("a /* x */ -- y\n + /* /* nested */ */ 1", "(+ a 1)"),
    ];
    for (text, expected) in cases {
        assert_eq!(shape(&expression(text).1), expected, "{text}");
    }
}

#[test]
fn other_operators_bind_between_sums_and_comparisons() {
    let cases = [
        ("a::INT + 1", "(+ (cast INT a) 1)"),
        ("-a::TEXT", "(neg (cast TEXT a))"),
        ("a::INT::TEXT || 'x'", "(|| (cast TEXT (cast INT a)) \"x\")"),
        ("TRY_CAST(a AS INT)", "(try-cast INT a)"),
        ("a || b || c = d", "(= (|| (|| a b) c) d)"),
        ("a || b + 1", "(|| a (+ b 1))"),
        ("a -> 'b' ->> 0 = c", "(= (->> (-> a \"b\") 0) c)"),
        ("a->b", "(-> a b)"),
        ("-a ^ b * c ^ d", "(* (^ (neg a) b) (^ c d))"),
        ("a ^ b ^ c", "(^ (^ a b) c)"),
        ("a & b | c # d", "(# (| (& a b) c) d)"),
        ("a << 1 + b", "(<< a (+ 1 b))"),
        (
            "a ~ 'x' AND b !~* c || d",
            "(AND (~ a \"x\") (|| (!~* b c) d))",
        ),
        ("a ~* ~b", "(~* a (~ b))"),
        ("a !~ b = c", "(= (!~ a b) c)"),
        ("a = ANY (ARRAY[b, 1])", "(in a b 1)"),
        ("a <> ALL (ARRAY[b])", "(not-in a b)"),
        ("a < ALL (ARRAY[b, c + 1])", "(AND (< a b) (< a (+ c 1)))"),
        ("a ~ SOME (ARRAY[b, c]) OR d", "(OR (OR (~ a b) (~ a c)) d)"),
        ("a ILIKE ALL (ARRAY[b])", "(ilike Some('\\\\') a b)"),
        (
            "a NOT LIKE ANY (ARRAY[b, c])",
            "(OR (not-like Some('\\\\') a b) (not-like Some('\\\\') a c))",
        ),
        ("~a + 1", "(~ (+ a 1))"),
        ("~a & b", "(& (~ a) b)"),
        ("~ ~a", "(~ (~ a))"),
        ("a & 4 = 4", "(= (& a 4) 4)"),
        ("a NOT ILIKE 'x'", "(not-ilike Some('\\\\') a \"x\")"),
        ("a IS DISTINCT FROM b AND c", "(AND (is-distinct a b) c)"),
        (
            "a IS NOT DISTINCT FROM b + 1",
            "(is-not-distinct a (+ b 1))",
        ),
        ("a BETWEEN SYMMETRIC 2 AND 1", "(between-symmetric a 2 1)"),
        ("a NOT BETWEEN ASYMMETRIC 2 AND 1", "(not-between a 2 1)"),
    ];
    for (text, expected) in cases {
        assert_eq!(shape(&expression(text).1), expected, "{text}");
    }
}

#[test]
fn spans_cover_exactly_the_expression() {
    let all_of_it = [
        "a",
        "t.\"b\"",
        "1.5",
        "'it''s'",
        "-  a",
        "+ 1",
        "NOT  a",
        "(a)",
        "( a + b ) * c",
        "a * ( b + c )",
        "a IS  NOT  NULL",
        "a IS UNKNOWN",
        "a NOT IN ( 1 , 2 )",
        "a BETWEEN 1 AND (2)",
        "CASE a WHEN 1 THEN 2 ELSE 3 END",
        "CAST( a AS DOUBLE  PRECISION )",
        "a LIKE 'x' ESCAPE '!'",
        "coalesce( a , b )",
        "TIMESTAMP  '2024-01-01'",
        "a AND b AND ü",
        "a :: DOUBLE  PRECISION",
        "TRY_CAST( a AS INT )",
        "~ a",
        "a ->> 'b'",
        "a IS  NOT DISTINCT FROM ( b )",
        "a BETWEEN SYMMETRIC 2 AND (1)",
    ];
    for text in all_of_it {
        let (source, expr) = expression(text);
        assert_eq!(source.slice(expr.span), text);
    }
}

#[test]
fn spans_of_parts_are_exact() {
    let cases = [
        ("( a + b ) * -c", ["( a + b )", "-c"].as_slice()),
        ("x IN ((1), y + 2)", &["x", "(1)", "y + 2"]),
        ("a = 1 AND b = 2 AND c = 3", &["a = 1 AND b = 2", "c = 3"]),
        (
            "CASE WHEN (a) THEN b + 1 ELSE 'z' END",
            &["(a)", "b + 1", "'z'"],
        ),
        ("x LIKE lower(y) ESCAPE '!'", &["x", "lower(y)"]),
    ];
    for (text, expected) in cases {
        let (source, expr) = expression(text);
        let slices: Vec<&str> = parts(&expr)
            .iter()
            .map(|part| source.slice(part.span))
            .collect();
        assert_eq!(slices, expected, "{text}");
    }
}

#[test]
fn operators_and_types_have_their_own_place() {
    for (text, op) in [
        ("a  >=  b", ">="),
        ("a and b", "and"),
        ("a!=b", "!="),
        ("a-b", "-"),
        ("a->>b", "->>"),
        ("a << b", "<<"),
    ] {
        let (source, expr) = expression(text);
        match expr.kind {
            ExprKind::Binary { op_span, .. } => assert_eq!(source.slice(op_span), op),
            other => panic!("{other:?}"),
        }
    }
    let (source, expr) = expression("CAST(a AS  TIMESTAMP(3) WITH TIME ZONE)");
    match expr.kind {
        ExprKind::Cast { type_span, .. } => {
            assert_eq!(source.slice(type_span), "TIMESTAMP(3) WITH TIME ZONE");
        }
        other => panic!("{other:?}"),
    }
}

/// Every operator of a long chain keeps its own place though the tree is balanced.
#[test]
fn long_chains_are_balanced_and_keep_their_order() {
    let names: Vec<String> = (0..1000).map(|n| format!("c{n}")).collect();
    for operator in [" OR ", " || "] {
        let (source, expr) = expression(&names.join(operator));
        let (mut leaves, mut operators) = (Vec::new(), Vec::new());
        let depth = walk_chain(&source, &expr, &mut leaves, &mut operators);
        assert_eq!(leaves, names);
        assert!(operators.is_sorted(), "operators stand in order");
        assert_eq!(operators.len(), 999);
        assert!(depth < 30, "{depth}");
    }
}

fn walk_chain<'a>(
    source: &'a SourceFile,
    expr: &Expr,
    leaves: &mut Vec<&'a str>,
    operators: &mut Vec<u32>,
) -> usize {
    match &expr.kind {
        ExprKind::Binary {
            op_span,
            left,
            right,
            ..
        } => {
            let above = walk_chain(source, left, leaves, operators);
            assert!(["OR", "||"].contains(&source.slice(*op_span)));
            operators.push(op_span.start);
            above.max(walk_chain(source, right, leaves, operators)) + 1
        }
        ExprKind::Column { .. } => {
            leaves.push(source.slice(expr.span));
            1
        }
        other => panic!("neither OR nor a column: {other:?}"),
    }
}

/// A hundred levels are fine; far more end in one clear mistake, whatever they are made of.
#[test]
fn deep_nesting_is_a_mistake_and_no_overflow() {
    let many = 100_000;
    let nested =
        |n: usize, open: &str, close: &str| format!("{}a{}", open.repeat(n), close.repeat(n));
    for (open, close) in [
        ("(", ")"),
        ("NOT ", ""),
        ("- ", ""),
        ("CASE WHEN a THEN b ELSE ", " END"),
        ("f(", ")"),
        ("CAST(", " AS INT)"),
        ("(a + ", ")"),
        ("a IN (", ")"),
        ("(a AND ", ")"),
        ("", " + a"),
        ("", " IS NULL"),
        ("+ ", ""),
        ("~ ", ""),
    ] {
        let deep = format!("SELECT {} FROM t", nested(many, open, close));
        let (_, script, diagnostics) = parsed(&deep);
        assert!(!diagnostics.is_empty(), "{open} {close}");
        let codes: Vec<&str> = diagnostics.iter().map(|d| d.code.as_str()).collect();
        let marked = codes == ["E0401"];
        assert!(script.statements.is_empty() || marked, "{open} {close}");
        assert!(
            codes.contains(&"E0003") || marked,
            "{open} {close}: {codes:?}"
        );
    }
    for (open, close) in [("(", ")"), ("NOT ", ""), ("", " + a"), ("f(", ")")] {
        expression(&nested(90, open, close));
    }
}
