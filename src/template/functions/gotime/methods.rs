//! Methods of `time.Time` and `time.Duration`, and the named numbers that some of them answer.

use std::any::Any;
use std::rc::Rc;

use super::layout::{self, month_name, weekday_name};
use super::{Civil, add, date, duration_to_string, fields, in_zone, since, to_string};
use crate::template::call::{Call, Failure};
use crate::template::functions::args::{int, text};
use crate::template::functions::{Class, Function, row};
use crate::template::value::{IntKind, Object, Time, Type, TypeName, Value, Zone};

const INT: Type = Type::Int(IntKind::Int);
const LONG: Type = Type::INT64;
const STR: Type = Type::String;

/// A `time.Month`, `time.Weekday` or `*time.Location`: a text with, for the first two, a number behind it.
#[derive(Debug)]
struct Named {
    type_name: &'static TypeName,
    number: Option<i64>,
    text: String,
}

impl Object for Named {
    fn type_name(&self) -> &'static TypeName {
        self.type_name
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        (name == "String").then_some(&NAMED_STRING)
    }

    fn string(&self) -> Option<Vec<u8>> {
        Some(self.text.clone().into_bytes())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

static NAMED_STRING: Function = row("String", &[], STR, Class::Opaque, named_string);

fn named_string(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let shown = match call.receiver() {
        Some(Value::Object(object)) => object.string().unwrap_or_default(),
        _ => Vec::new(),
    };
    Ok(call.derived_value(shown))
}

/// The number of a value whose type is a named integer.
#[must_use]
pub fn named_int(object: &dyn Object) -> Option<i64> {
    object.as_any().downcast_ref::<Named>()?.number
}

/// The method of `time.Time` with that name.
#[must_use]
pub fn time_method(name: &str) -> Option<&'static Function> {
    TIME.iter().find(|function| function.name == name)
}

/// The method of `time.Duration` with that name.
#[must_use]
pub fn duration_method(name: &str) -> Option<&'static Function> {
    DURATION.iter().find(|function| function.name == name)
}

static TIME: &[Function] = &[
    row("Format", &[STR], STR, Class::Opaque, format),
    row("String", &[], STR, Class::Opaque, time_string),
    row("Unix", &[], LONG, Class::Opaque, unix),
    row("UnixNano", &[], LONG, Class::Opaque, unix_nano),
    row("UnixMilli", &[], LONG, Class::Opaque, unix_milli),
    row("UnixMicro", &[], LONG, Class::Opaque, unix_micro),
    row("Year", &[], INT, Class::Opaque, year),
    row("Month", &[], Type::Named(&TypeName("time.Month")), Class::Opaque, month),
    row("Day", &[], INT, Class::Opaque, day),
    row("Weekday", &[], Type::Named(&TypeName("time.Weekday")), Class::Opaque, weekday),
    row("YearDay", &[], INT, Class::Opaque, year_day),
    row("Hour", &[], INT, Class::Opaque, hour),
    row("Minute", &[], INT, Class::Opaque, minute),
    row("Second", &[], INT, Class::Opaque, second),
    row("Nanosecond", &[], INT, Class::Opaque, nanosecond),
    row("UTC", &[], Type::Time, Class::Opaque, utc),
    row("Local", &[], Type::Time, Class::Opaque, local),
    row("Location", &[], Type::Named(&TypeName("*time.Location")), Class::Opaque, location),
    row("IsZero", &[], Type::Bool, Class::Opaque, is_zero),
    row("IsDST", &[], Type::Bool, Class::Opaque, is_dst),
    row("Add", &[Type::Duration], Type::Time, Class::Opaque, add_duration),
    row("AddDate", &[INT, INT, INT], Type::Time, Class::Opaque, add_date),
    row("Sub", &[Type::Time], Type::Duration, Class::Opaque, sub),
    row("After", &[Type::Time], Type::Bool, Class::Opaque, after),
    row("Before", &[Type::Time], Type::Bool, Class::Opaque, before),
    row("Equal", &[Type::Time], Type::Bool, Class::Opaque, equal),
    row("Compare", &[Type::Time], INT, Class::Opaque, compare),
    row("Truncate", &[Type::Duration], Type::Time, Class::Opaque, truncate),
];

static DURATION: &[Function] = &[
    row("String", &[], STR, Class::Opaque, duration_string),
    row("Nanoseconds", &[], LONG, Class::Opaque, nanoseconds),
    row("Microseconds", &[], LONG, Class::Opaque, microseconds),
    row("Milliseconds", &[], LONG, Class::Opaque, milliseconds),
    row("Seconds", &[], Type::Float64, Class::Opaque, seconds),
    row("Minutes", &[], Type::Float64, Class::Opaque, minutes),
    row("Hours", &[], Type::Float64, Class::Opaque, hours),
    row("Abs", &[], Type::Duration, Class::Opaque, absolute),
    row("Round", &[Type::Duration], Type::Duration, Class::Opaque, round_duration),
    row("Truncate", &[Type::Duration], Type::Duration, Class::Opaque, truncate_duration),
];

fn receiver(call: &Call<'_, '_>) -> Time {
    match call.receiver() {
        Some(Value::Time(time)) => (**time).clone(),
        _ => Time::default(),
    }
}

fn argument(args: &[Value]) -> Time {
    match args.first() {
        Some(Value::Time(time)) => (**time).clone(),
        _ => Time::default(),
    }
}

fn duration_argument(args: &[Value]) -> i64 {
    match args.first() {
        Some(Value::Duration(nanos)) => *nanos,
        _ => 0,
    }
}

fn time_value(time: Time) -> Result<Value, Failure> {
    Ok(Value::Time(Rc::new(time)))
}

fn format(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let shown = layout::format(&receiver(call), text(args, 0).as_bytes());
    Ok(call.derived_value(shown))
}

fn time_string(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let shown = to_string(&receiver(call));
    Ok(call.derived_value(shown))
}

fn unix(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(receiver(call).seconds))
}

fn scaled(call: &Call<'_, '_>, per_second: i64) -> Value {
    let time = receiver(call);
    let fraction = i64::from(time.nanos) / (1_000_000_000 / per_second);
    Value::int64(time.seconds.wrapping_mul(per_second).wrapping_add(fraction))
}

fn unix_nano(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(scaled(call, 1_000_000_000))
}

fn unix_milli(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(scaled(call, 1_000))
}

fn unix_micro(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(scaled(call, 1_000_000))
}

fn field(call: &Call<'_, '_>, pick: fn(Civil) -> i64) -> Result<Value, Failure> {
    Ok(Value::int(pick(fields(&receiver(call)))))
}

fn year(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    field(call, |civil| civil.year)
}

fn named(type_name: &'static TypeName, number: Option<i64>, text: &str) -> Result<Value, Failure> {
    Ok(Value::Object(Rc::new(Named { type_name, number, text: text.to_owned() })))
}

fn month(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let month = fields(&receiver(call)).month;
    named(&TypeName("time.Month"), Some(month), month_name(month))
}

fn day(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    field(call, |civil| civil.day)
}

fn weekday(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let day = fields(&receiver(call)).weekday;
    named(&TypeName("time.Weekday"), Some(day), weekday_name(day))
}

fn year_day(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    field(call, |civil| civil.year_day)
}

fn hour(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    field(call, |civil| civil.hour)
}

fn minute(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    field(call, |civil| civil.minute)
}

fn second(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    field(call, |civil| civil.second)
}

fn nanosecond(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int(i64::from(receiver(call).nanos)))
}

fn utc(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    time_value(in_zone(&receiver(call), &Zone::Utc))
}

fn local(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    time_value(in_zone(&receiver(call), &Zone::Local))
}

fn location(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let name = match &receiver(call).zone {
        Zone::Utc => "UTC".to_owned(),
        Zone::Local => "Local".to_owned(),
        Zone::Fixed(_, name) => name.to_string(),
        Zone::Named(name, ..) => name.to_string(),
    };
    named(&TypeName("*time.Location"), None, &name)
}

fn is_zero(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let (time, zero) = (receiver(call), Time::default());
    Ok(Value::Bool((time.seconds, time.nanos) == (zero.seconds, zero.nanos)))
}

fn is_dst(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let time = receiver(call);
    let Zone::Named(name, ..) = &time.zone else { return Ok(Value::Bool(false)) };
    let zone = jiff::tz::TimeZone::get(name).ok();
    let moment = jiff::Timestamp::from_second(time.seconds).ok();
    let dst = zone.zip(moment).is_some_and(|(zone, moment)| zone.to_offset_info(moment).dst().is_dst());
    Ok(Value::Bool(dst))
}

fn add_duration(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    time_value(add(&receiver(call), duration_argument(args)))
}

fn add_date(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let time = receiver(call);
    let civil = fields(&time);
    let moved = [
        civil.year.saturating_add(int(args, 0)),
        civil.month.saturating_add(int(args, 1)),
        civil.day.saturating_add(int(args, 2)),
    ];
    time_value(date(moved, [civil.hour, civil.minute, civil.second], i64::from(time.nanos), &time.zone))
}

fn sub(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Duration(since(&receiver(call), &argument(args))))
}

fn order(call: &Call<'_, '_>, args: &[Value]) -> std::cmp::Ordering {
    let (left, right) = (receiver(call), argument(args));
    (left.seconds, left.nanos).cmp(&(right.seconds, right.nanos))
}

fn after(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(order(call, args).is_gt()))
}

fn before(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(order(call, args).is_lt()))
}

fn equal(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(order(call, args).is_eq()))
}

fn compare(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int(order(call, args) as i64))
}

/// Rounds down to a multiple since the zero time.
fn truncate(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (time, step) = (receiver(call), duration_argument(args));
    if step <= 0 {
        return time_value(time);
    }
    let nanos =
        (i128::from(time.seconds) - i128::from(Time::default().seconds)) * 1_000_000_000 + i128::from(time.nanos);
    let over = i64::try_from(nanos.rem_euclid(i128::from(step))).unwrap_or(0);
    time_value(add(&time, -over))
}

fn duration(call: &Call<'_, '_>) -> i64 {
    match call.receiver() {
        Some(Value::Duration(nanos)) => *nanos,
        _ => 0,
    }
}

fn duration_string(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let shown = duration_to_string(duration(call));
    Ok(call.derived_value(shown))
}

fn nanoseconds(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(duration(call)))
}

fn microseconds(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(duration(call) / 1_000))
}

fn milliseconds(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int64(duration(call) / 1_000_000))
}

/// Whole units and the rest, added as floats the way Go does.
fn in_units(call: &Call<'_, '_>, unit: i64) -> Result<Value, Failure> {
    let nanos = duration(call);
    Ok(Value::Float64((nanos / unit) as f64 + (nanos % unit) as f64 / unit as f64))
}

fn seconds(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    in_units(call, 1_000_000_000)
}

fn minutes(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    in_units(call, 60_000_000_000)
}

fn hours(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    in_units(call, 3_600_000_000_000)
}

fn absolute(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Duration(duration(call).saturating_abs()))
}

fn truncate_duration(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (nanos, step) = (duration(call), duration_argument(args));
    Ok(Value::Duration(if step <= 0 { nanos } else { nanos - nanos % step }))
}

/// Half away from zero.
fn round_duration(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (nanos, step) = (duration(call), duration_argument(args));
    if step <= 0 {
        return Ok(Value::Duration(nanos));
    }
    let rest = nanos % step;
    let down = nanos - rest;
    let away = rest.unsigned_abs() >= step.unsigned_abs() - rest.unsigned_abs();
    Ok(Value::Duration(if away { down.saturating_add(step * nanos.signum()) } else { down }))
}
