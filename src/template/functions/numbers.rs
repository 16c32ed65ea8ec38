//! Sprig's arithmetic.

use super::args::{any, int, rest, text};
use super::decimal::Decimal;
use super::numeric::{NumberError, parse_int, to_float64, to_int64};
use super::{Class, EVERY, Function, row, show};
use crate::dialect::Dialect;
use crate::template::call::{Call, Failure};
use crate::template::value::{IntKind, List, Type, Value};

const STR: Type = Type::String;
const INT: Type = Type::Int(IntKind::Int);
const ANY: Type = Type::Any;
const LONG: Type = Type::INT64;
const FLOAT: Type = Type::Float64;

pub(super) static FUNCTIONS: &[Function] = &[
    row("atoi", &[STR], INT, Class::Parse, atoi),
    row("int", &[ANY], INT, Class::Parse, to_int).only(EVERY),
    row("int64", &[ANY], LONG, Class::Parse, long),
    row("float64", &[ANY], FLOAT, Class::Parse, float),
    row("toDecimal", &[ANY], LONG, Class::Parse, to_decimal),
    row("add", &[ANY], LONG, Class::Test, add).variadic(),
    row("add1", &[ANY], LONG, Class::Test, add1),
    row("sub", &[ANY, ANY], LONG, Class::Test, sub),
    row("div", &[ANY, ANY], LONG, Class::Test, div),
    row("mod", &[ANY, ANY], LONG, Class::Test, modulo),
    row("mul", &[ANY, ANY], LONG, Class::Test, mul).variadic(),
    row("max", &[ANY, ANY], LONG, Class::Test, max).variadic(),
    row("biggest", &[ANY, ANY], LONG, Class::Test, max).variadic(),
    row("min", &[ANY, ANY], LONG, Class::Test, min).variadic(),
    row("addf", &[ANY], FLOAT, Class::Test, addf).variadic(),
    row("add1f", &[ANY], FLOAT, Class::Test, add1f),
    row("subf", &[ANY, ANY], FLOAT, Class::Test, subf).variadic(),
    row("mulf", &[ANY, ANY], FLOAT, Class::Test, mulf).variadic(),
    row("divf", &[ANY, ANY], FLOAT, Class::Test, divf).variadic(),
    row("maxf", &[ANY, ANY], FLOAT, Class::Test, maxf).variadic(),
    row("minf", &[ANY, ANY], FLOAT, Class::Test, minf).variadic(),
    row("ceil", &[ANY], FLOAT, Class::Test, ceil),
    row("floor", &[ANY], FLOAT, Class::Test, floor),
    row("round", &[ANY, INT, FLOAT], FLOAT, Class::Test, round).variadic(),
    row("until", &[INT], Type::INTS, Class::Test, until),
    row("untilStep", &[INT, INT, INT], Type::INTS, Class::Test, until_step),
    row("seq", &[INT], STR, Class::Test, seq).variadic(),
];

fn atoi(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let number = match parse_int(text(args, 0).as_bytes(), 10) {
        Ok(number) | Err(NumberError::Range(number)) => number,
        Err(NumberError::Syntax) => 0,
    };
    Ok(Value::int(number))
}

fn to_int(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int(to_int64(&any(args, 0), call.dialect())))
}

fn long(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(to_int64(&any(args, 0), call.dialect())))
}

fn float(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Float64(to_float64(&any(args, 0), call.dialect())))
}

/// In spite of its name: reads the printed value as an octal number.
fn to_decimal(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let shown = show::format_v(call, &any(args, 0))?;
    Ok(Value::int64(parse_int(shown.as_bytes(), 8).unwrap_or(0)))
}

fn fold(call: &Call<'_, '_>, start: i64, args: &[Value], step: fn(i64, i64) -> i64) -> Value {
    let dialect = call.dialect();
    Value::int64(args.iter().fold(start, |sum, value| step(sum, to_int64(value, dialect))))
}

fn first(call: &Call<'_, '_>, args: &[Value]) -> i64 {
    to_int64(&any(args, 0), call.dialect())
}

fn second(call: &Call<'_, '_>, args: &[Value]) -> i64 {
    to_int64(&any(args, 1), call.dialect())
}

fn add(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(fold(call, 0, args, i64::wrapping_add))
}

fn add1(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(first(call, args).wrapping_add(1)))
}

fn sub(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(first(call, args).wrapping_sub(second(call, args))))
}

fn divided(call: &Call<'_, '_>, args: &[Value], by: fn(i64, i64) -> i64) -> Result<Value, Failure> {
    let divisor = second(call, args);
    if divisor == 0 {
        return Err(Failure::new("runtime error: integer divide by zero"));
    }
    Ok(Value::int64(by(first(call, args), divisor)))
}

fn div(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    divided(call, args, i64::wrapping_div)
}

fn modulo(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    divided(call, args, i64::wrapping_rem)
}

fn mul(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(fold(call, first(call, args), rest(args, 1), i64::wrapping_mul))
}

fn max(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(fold(call, first(call, args), rest(args, 1), i64::max))
}

fn min(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(fold(call, first(call, args), rest(args, 1), i64::min))
}

type Step = fn(&Decimal, &Decimal) -> Result<Decimal, String>;

fn decimals(call: &mut Call<'_, '_>, start: f64, args: &[Value], step: Step) -> Result<Value, Failure> {
    let dialect = casting(call);
    let mut result = Decimal::from_float(start)?;
    for value in args {
        call.charge(1)?;
        result = step(&result, &Decimal::from_float(to_float64(value, dialect))?)?;
    }
    Ok(Value::Float64(result.to_float()))
}

/// The functions of floats came after the sprig of werf 1.1, which has them from a version that converts as that of 1.2.
fn casting(call: &Call<'_, '_>) -> Dialect {
    call.dialect().max(Dialect::V1_2)
}

fn first_float(call: &Call<'_, '_>, args: &[Value]) -> f64 {
    to_float64(&any(args, 0), casting(call))
}

fn addf(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    decimals(call, 0.0, args, |a, b| Ok(a.add(b)))
}

fn add1f(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    decimals(call, first_float(call, args), &[Value::Float64(1.0)], |a, b| Ok(a.add(b)))
}

fn subf(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    decimals(call, first_float(call, args), rest(args, 1), |a, b| Ok(a.sub(b)))
}

fn mulf(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    decimals(call, first_float(call, args), rest(args, 1), |a, b| Ok(a.mul(b)))
}

fn divf(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    decimals(call, first_float(call, args), rest(args, 1), Decimal::div)
}

fn floats(call: &Call<'_, '_>, args: &[Value], step: fn(f64, f64) -> f64) -> Value {
    let dialect = casting(call);
    let start = first_float(call, args);
    Value::Float64(rest(args, 1).iter().fold(start, |best, value| step(best, to_float64(value, dialect))))
}

/// Go's `math.Max`: infinity wins over NaN, NaN over numbers, +0 over -0.
fn go_max(a: f64, b: f64) -> f64 {
    if a == f64::INFINITY || b == f64::INFINITY {
        return f64::INFINITY;
    }
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    if a == 0.0 && b == 0.0 {
        return if a.is_sign_negative() { b } else { a };
    }
    if a > b { a } else { b }
}

fn go_min(a: f64, b: f64) -> f64 {
    -go_max(-a, -b)
}

fn maxf(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(floats(call, args, go_max))
}

fn minf(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(floats(call, args, go_min))
}

fn ceil(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Float64(to_float64(&any(args, 0), call.dialect()).ceil()))
}

fn floor(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Float64(to_float64(&any(args, 0), call.dialect()).floor()))
}

/// A power of ten as Go computes it: the positive power, then its reciprocal.
fn power_of_ten(exponent: i64) -> f64 {
    let positive = format!("1e{}", exponent.unsigned_abs().min(400)).parse::<f64>().unwrap_or(f64::INFINITY);
    if exponent < 0 { 1.0 / positive } else { positive }
}

fn round(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let up_from = match args.get(2) {
        Some(Value::Float64(number)) => *number,
        _ => 0.5,
    };
    let power = power_of_ten(int(args, 1));
    let shifted = power * to_float64(&any(args, 0), call.dialect());
    let fraction = if shifted.is_infinite() { f64::NAN } else { shifted.fract() };
    let rounded = if fraction >= up_from { shifted.ceil() } else { shifted.floor() };
    Ok(Value::Float64(rounded / power))
}

/// The numbers from `start` to before `stop`; none when the step leads away from it.
fn steps(call: &mut Call<'_, '_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, Failure> {
    let away = if stop < start { step >= 0 } else { step <= 0 };
    if away || start == stop {
        return Ok(Vec::new());
    }
    let distance = (i128::from(stop) - i128::from(start)).unsigned_abs();
    let count = distance.div_ceil(u128::from(step.unsigned_abs()));
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    call.charge(count.saturating_mul(8))?;
    Ok((0..count).map(|index| start.wrapping_add(step.wrapping_mul(i64::try_from(index).unwrap_or(0)))).collect())
}

fn ints(numbers: Vec<i64>) -> Value {
    Value::List(List::new(INT, numbers.into_iter().map(Value::int).collect()))
}

fn until(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let count = int(args, 0);
    let step = if count < 0 { -1 } else { 1 };
    Ok(ints(steps(call, 0, count, step)?))
}

fn until_step(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(ints(steps(call, int(args, 0), int(args, 1), int(args, 2))?))
}

fn seq(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (start, end, step) = match args.len() {
        1 => (1, int(args, 0), None),
        2 => (int(args, 0), int(args, 1), None),
        3 => (int(args, 0), int(args, 2), Some(int(args, 1))),
        _ => return Ok(call.derived_value("")),
    };
    let direction = if end < start { -1 } else { 1 };
    if direction < 0 && step.is_some_and(|step| step > 0) {
        return Ok(call.derived_value(""));
    }
    let numbers = steps(call, start, end.wrapping_add(direction), step.unwrap_or(direction))?;
    let words: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(call.derived_value(words.join(" ")))
}
