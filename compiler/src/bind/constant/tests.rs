use super::*;
use crate::ir::logical::Operator;
use crate::source::Span;
use crate::types::{DataType, IntegerType};

const INT: DataType = DataType::Integer(IntegerType::Int32);

fn expr(kind: ExprKind, data_type: DataType) -> Expr {
    Expr {
        kind,
        data_type,
        nullable: true,
        span: Span::default(),
    }
}

fn literal(value: Value, data_type: DataType) -> Expr {
    expr(ExprKind::Literal(value), data_type)
}

fn int(value: i128) -> Expr {
    literal(Value::Integer(value), INT)
}

fn boolean(value: Option<bool>) -> Expr {
    literal(value.map_or(Value::Null, Value::Boolean), DataType::Boolean)
}

fn row() -> Expr {
    expr(ExprKind::Column(0), DataType::Boolean)
}

fn arithmetic(op: Operator, left: i128, right: i128) -> Expr {
    let (left, right) = (Box::new(int(left)), Box::new(int(right)));
    expr(ExprKind::Binary { op, left, right }, INT)
}

#[test]
fn integers_never_wrap() {
    use Operator::{Add, Divide, Modulo, Multiply};
    let max = i128::from(i32::MAX);
    let cases = [
        (arithmetic(Add, 1, 2), Ok(Some(Value::Integer(3)))),
        (arithmetic(Divide, -7, 2), Ok(Some(Value::Integer(-3)))),
        (arithmetic(Modulo, -7, 2), Ok(Some(Value::Integer(-1)))),
        (arithmetic(Add, max, 1), Err(Failure::Overflow)),
        (arithmetic(Multiply, max, max), Err(Failure::Overflow)),
        (arithmetic(Divide, -max - 1, -1), Err(Failure::Overflow)),
        (arithmetic(Divide, 1, 0), Err(Failure::DivisionByZero)),
    ];
    for (expr, expected) in cases {
        assert_eq!(evaluate(&expr), expected, "{:?}", expr.kind);
    }
}

#[test]
fn connectives_decide_from_the_left() {
    let cases = [
        (
            vec![boolean(Some(true)), boolean(None)],
            Some(Value::Null),
            Some(true),
        ),
        (
            vec![boolean(Some(false)), row()],
            Some(Value::Boolean(false)),
            None,
        ),
        (vec![boolean(Some(true)), row()], None, Some(true)),
        (vec![row(), boolean(Some(false))], None, None),
        (
            vec![boolean(None), boolean(Some(false))],
            Some(Value::Boolean(false)),
            None,
        ),
    ];
    for (operands, and, or) in cases {
        let all = expr(ExprKind::And(operands.clone()), DataType::Boolean);
        assert_eq!(fold(&all), and, "AND {operands:?}");
        if let Some(or) = or {
            let any = expr(ExprKind::Or(operands.clone()), DataType::Boolean);
            assert_eq!(fold(&any), Some(Value::Boolean(or)), "OR {operands:?}");
        }
    }
}

#[test]
fn in_list_knows_null() {
    let list = |elements: Vec<Expr>, negated| {
        let operand = Box::new(int(1));
        let list = elements;
        let kind = ExprKind::InList {
            operand,
            list,
            negated,
        };
        fold(&expr(kind, DataType::Boolean))
    };
    let null = || literal(Value::Null, INT);
    assert_eq!(
        list(vec![int(1), null()], false),
        Some(Value::Boolean(true))
    );
    assert_eq!(list(vec![int(2), null()], false), Some(Value::Null));
    assert_eq!(list(vec![int(2), null()], true), Some(Value::Null));
    assert_eq!(list(vec![int(2)], true), Some(Value::Boolean(true)));
}

#[test]
fn casts_follow_the_runtime() {
    let tiny = DataType::Integer(IntegerType::Int8);
    let money = DataType::Decimal {
        precision: 6,
        scale: 2,
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let cases = [
        (
            Value::Float64(2.5),
            DataType::Float64,
            INT,
            Ok(Some(Value::Integer(2))),
        ),
        (
            Value::Float64(3.5),
            DataType::Float64,
            INT,
            Ok(Some(Value::Integer(4))),
        ),
        (
            Value::Float64(1e30),
            DataType::Float64,
            INT,
            Err(Failure::Overflow),
        ),
        (
            Value::Float64(1e300),
            DataType::Float64,
            DataType::Float32,
            Err(Failure::Overflow),
        ),
        (Value::Integer(300), INT, tiny, Err(Failure::Overflow)),
        (Value::Integer(7), INT, money, Ok(Some(Value::Decimal(700)))),
        (
            Value::Decimal(-1230),
            money,
            DataType::Text,
            Ok(Some(text("-12.30"))),
        ),
        (
            Value::Decimal(5),
            money,
            DataType::Text,
            Ok(Some(text("0.05"))),
        ),
        (Value::Decimal(250), money, INT, Ok(Some(Value::Integer(3)))),
        (
            text("12"),
            DataType::Text,
            INT,
            Ok(Some(Value::Integer(12))),
        ),
        (
            Value::Float64(1.5),
            DataType::Float64,
            DataType::Text,
            Ok(None),
        ),
    ];
    for (value, from, to, expected) in cases {
        assert_eq!(cast(value.clone(), from, to), expected, "{value:?} as {to}");
    }
    let failure = cast(text("x"), DataType::Text, INT);
    assert!(matches!(failure, Err(Failure::Cast(_))), "{failure:?}");
}
