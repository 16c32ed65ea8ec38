//! Sprig's date functions. What depends on the clock is not known.

use std::rc::Rc;

use super::args::{any, text};
use super::numeric::{NumberError, parse_int};
use super::{Class, Function, gotime, random, row};
use crate::dialect::Dialect;
use crate::template::call::{Call, Failure};
use crate::template::trace::Input;
use crate::template::value::{IntKind, Time, Type, Value, Zone};

const STR: Type = Type::String;
const ANY: Type = Type::Any;
const TIME: Type = Type::Time;

pub(super) static FUNCTIONS: &[Function] = &[
    row("now", &[], TIME, Class::Unpredictable, now),
    row("ago", &[ANY], STR, Class::Unpredictable, ago),
    row("date", &[STR, ANY], STR, Class::Opaque, date),
    row("dateInZone", &[STR, ANY, STR], STR, Class::Opaque, date_in_zone),
    row("date_in_zone", &[STR, ANY, STR], STR, Class::Opaque, date_in_zone),
    row("htmlDate", &[ANY], STR, Class::Opaque, html_date),
    row("htmlDateInZone", &[ANY, STR], STR, Class::Opaque, html_date_in_zone),
    row("dateModify", &[STR, TIME], TIME, Class::Opaque, date_modify),
    row("date_modify", &[STR, TIME], TIME, Class::Opaque, date_modify),
    row("mustDateModify", &[STR, TIME], TIME, Class::Opaque, must_date_modify),
    row("must_date_modify", &[STR, TIME], TIME, Class::Opaque, must_date_modify),
    row("toDate", &[STR, STR], TIME, Class::Parse, to_date),
    row("mustToDate", &[STR, STR], TIME, Class::Parse, must_to_date),
    row("unixEpoch", &[TIME], STR, Class::Opaque, unix_epoch),
    row("duration", &[ANY], STR, Class::Opaque, duration),
    row("durationRound", &[ANY], STR, Class::Opaque, duration_round),
];

fn unpredictable(call: &mut Call<'_, '_>, kind: Type) -> Value {
    let name = call.name();
    call.note_input(Input::Unpredictable(name));
    call.unknown(kind)
}

fn now(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(unpredictable(call, TIME))
}

/// Only times and plain numbers count; everything else is "now", from which no time has passed.
fn ago(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let known = matches!(
        args.first(),
        Some(Value::Time(_) | Value::Int(IntKind::Int | IntKind::Int64, _) | Value::Unknown(..))
    );
    if known { Ok(unpredictable(call, STR)) } else { Ok(call.derived_value("0s")) }
}

/// The moment that a date function shows; `None` is the clock.
fn moment(value: &Value) -> Option<Time> {
    match value {
        Value::Time(time) => Some((**time).clone()),
        Value::Int(IntKind::Int | IntKind::Int32 | IntKind::Int64, seconds) => {
            Some(Time { seconds: *seconds, nanos: 0, zone: Zone::Local })
        }
        _ => None,
    }
}

fn shown(call: &mut Call<'_, '_>, layout: &[u8], value: &Value, zone: &[u8]) -> Result<Value, Failure> {
    call.charge(layout.len())?;
    let zone = gotime::load_location(zone).unwrap_or(Zone::Utc);
    match moment(value) {
        Some(time) => {
            let time = gotime::in_zone(&time, &zone);
            Ok(call.derived_value(gotime::layout::format(&time, layout)))
        }
        None => {
            let name = call.name();
            call.note_input(Input::Unpredictable(name));
            // Any moment has the right shape.
            let sample = gotime::in_zone(&Time { seconds: 0, nanos: 0, zone: Zone::Utc }, &zone);
            Ok(random::unknown_text(call, &gotime::layout::format(&sample, layout)))
        }
    }
}

fn date(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    shown(call, text(args, 0).as_bytes(), &any(args, 1), b"Local")
}

fn date_in_zone(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    shown(call, text(args, 0).as_bytes(), &any(args, 1), text(args, 2).as_bytes())
}

fn html_date(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    shown(call, b"2006-01-02", &any(args, 0), b"Local")
}

fn html_date_in_zone(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    shown(call, b"2006-01-02", &any(args, 0), text(args, 1).as_bytes())
}

fn time_argument(args: &[Value], index: usize) -> Time {
    match args.get(index) {
        Some(Value::Time(time)) => (**time).clone(),
        _ => Time::default(),
    }
}

fn must_date_modify(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let by = gotime::parse_duration(text(args, 0).as_bytes())?;
    Ok(Value::Time(Rc::new(gotime::add(&time_argument(args, 1), by))))
}

fn date_modify(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    must_date_modify(call, args).or_else(|_| Ok(any(args, 1)))
}

fn must_to_date(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let offsets_checked = call.dialect() >= Dialect::V2;
    let time = gotime::layout::parse(text(args, 0).as_bytes(), text(args, 1).as_bytes(), offsets_checked)?;
    Ok(Value::Time(Rc::new(time)))
}

fn to_date(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    must_to_date(call, args).or_else(|_| Ok(Value::Time(Rc::new(Time::default()))))
}

fn unix_epoch(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let seconds = time_argument(args, 0).seconds;
    Ok(call.derived_value(seconds.to_string()))
}

/// Seconds as a duration; only texts and `int64` are read.
fn duration(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let seconds = match args.first() {
        Some(Value::Str(text)) => match parse_int(text.as_bytes(), 10) {
            Ok(number) | Err(NumberError::Range(number)) => number,
            Err(NumberError::Syntax) => 0,
        },
        Some(Value::Int(IntKind::Int64, number)) => *number,
        _ => 0,
    };
    let shown = gotime::duration_to_string(seconds.wrapping_mul(1_000_000_000));
    Ok(call.derived_value(shown))
}

/// Units of [`duration_round`], largest first, in nanoseconds.
const UNITS: &[(u64, &str)] = &[
    (365 * 86_400_000_000_000, "y"),
    (30 * 86_400_000_000_000, "mo"),
    (86_400_000_000_000, "d"),
    (3_600_000_000_000, "h"),
    (60_000_000_000, "m"),
    (1_000_000_000, "s"),
];

fn duration_round(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let nanos = match args.first() {
        Some(Value::Str(text)) => gotime::parse_duration(text.as_bytes()).unwrap_or(0),
        Some(Value::Int(IntKind::Int64, number)) => *number,
        Some(Value::Time(_)) => return Ok(unpredictable(call, STR)),
        _ => 0,
    };
    let size = nanos.unsigned_abs();
    let unit = UNITS.iter().find(|(unit, _)| size > *unit);
    let shown = unit.map_or_else(|| "0s".to_owned(), |(unit, name)| format!("{}{name}", size / unit));
    Ok(call.derived_value(shown))
}
