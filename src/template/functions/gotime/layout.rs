//! Go's time layouts: formatting and parsing by example.
//!
//! In: a layout and a time or a text. Out: the text, or the time or Go's error text.

use std::rc::Rc;

use super::{date, days_in, fields, is_leap, quote, zone_of};
use crate::template::value::{Time, Zone};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Name of a month, 1 to 12.
#[must_use]
pub fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|index| MONTHS.get(index)).unwrap_or(&"")
}

/// Name of a day of the week, 0 being Sunday.
#[must_use]
pub fn weekday_name(day: i64) -> &'static str {
    usize::try_from(day).ok().and_then(|index| WEEKDAYS.get(index)).unwrap_or(&"")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Element {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekday,
    Weekday,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    ZoneName,
    /// A numeric offset: `Z` for zero allowed, with colons, how many of hours/minutes/seconds.
    Offset {
        iso: bool,
        colon: bool,
        parts: u8,
    },
    /// A fraction: number of digits, whether trailing zeros go, separator.
    Fraction {
        digits: usize,
        trim: bool,
    },
}

/// Offset spellings, longest first.
const OFFSETS: &[(&str, bool, u8)] =
    &[("070000", false, 3), ("07:00:00", true, 3), ("0700", false, 2), ("07:00", true, 2), ("07", false, 1)];

/// The first element of a layout: where it starts, what it is, where it ends.
fn next(layout: &[u8]) -> Option<(usize, Element, usize)> {
    for at in 0..layout.len() {
        let rest = &layout[at..];
        let lower_after = |n: usize| rest.get(n).is_some_and(u8::is_ascii_lowercase);
        let found = match rest[0] {
            b'J' if rest.starts_with(b"January") => Some((Element::LongMonth, 7)),
            b'J' if rest.starts_with(b"Jan") && !lower_after(3) => Some((Element::Month, 3)),
            b'M' if rest.starts_with(b"Monday") => Some((Element::LongWeekday, 6)),
            b'M' if rest.starts_with(b"Mon") && !lower_after(3) => Some((Element::Weekday, 3)),
            b'M' if rest.starts_with(b"MST") => Some((Element::ZoneName, 3)),
            b'0' if rest.starts_with(b"002") => Some((Element::ZeroYearDay, 3)),
            b'0' => match rest.get(1) {
                Some(b'1') => Some((Element::ZeroMonth, 2)),
                Some(b'2') => Some((Element::ZeroDay, 2)),
                Some(b'3') => Some((Element::ZeroHour12, 2)),
                Some(b'4') => Some((Element::ZeroMinute, 2)),
                Some(b'5') => Some((Element::ZeroSecond, 2)),
                Some(b'6') => Some((Element::Year, 2)),
                _ => None,
            },
            b'1' if rest.get(1) == Some(&b'5') => Some((Element::Hour, 2)),
            b'1' => Some((Element::NumMonth, 1)),
            b'2' if rest.starts_with(b"2006") => Some((Element::LongYear, 4)),
            b'2' => Some((Element::Day, 1)),
            // The underscore is text here, the year stands alone.
            b'_' if rest.starts_with(b"_2006") => return Some((at + 1, Element::LongYear, at + 5)),
            b'_' if rest.starts_with(b"_2") => Some((Element::UnderDay, 2)),
            b'_' if rest.starts_with(b"__2") => Some((Element::UnderYearDay, 3)),
            b'3' => Some((Element::Hour12, 1)),
            b'4' => Some((Element::Minute, 1)),
            b'5' => Some((Element::Second, 1)),
            b'P' if rest.starts_with(b"PM") => Some((Element::UpperPm, 2)),
            b'p' if rest.starts_with(b"pm") => Some((Element::LowerPm, 2)),
            sign @ (b'-' | b'Z') => OFFSETS
                .iter()
                .find(|(text, ..)| rest[1..].starts_with(text.as_bytes()))
                .map(|&(text, colon, parts)| (Element::Offset { iso: sign == b'Z', colon, parts }, text.len() + 1)),
            b'.' | b',' => fraction(rest),
            _ => None,
        };
        if let Some((element, length)) = found {
            return Some((at, element, at + length));
        }
    }
    None
}

fn fraction(rest: &[u8]) -> Option<(Element, usize)> {
    let digit = *rest.get(1).filter(|b| matches!(b, b'0' | b'9'))?;
    let digits = rest[1..].iter().take_while(|b| **b == digit).count();
    let ends = !rest.get(1 + digits).is_some_and(u8::is_ascii_digit);
    ends.then_some((Element::Fraction { digits, trim: digit == b'9' }, digits + 1))
}

/// Go's `Time.Format`.
#[must_use]
pub fn format(time: &Time, layout: &[u8]) -> Vec<u8> {
    let civil = fields(time);
    let (offset, zone_name) = zone_of(time);
    let mut out = Vec::with_capacity(layout.len() + 16);
    let mut rest = layout;
    while let Some((start, element, end)) = next(rest) {
        out.extend_from_slice(&rest[..start]);
        let separator = rest[start];
        rest = &rest[end..];
        let hour12 = if civil.hour % 12 == 0 { 12 } else { civil.hour % 12 };
        let text = match element {
            Element::LongMonth => month_name(civil.month).to_owned(),
            Element::Month => month_name(civil.month).get(..3).unwrap_or_default().to_owned(),
            Element::NumMonth => civil.month.to_string(),
            Element::ZeroMonth => format!("{:02}", civil.month),
            Element::LongWeekday => weekday_name(civil.weekday).to_owned(),
            Element::Weekday => weekday_name(civil.weekday).get(..3).unwrap_or_default().to_owned(),
            Element::Day => civil.day.to_string(),
            Element::UnderDay => format!("{:2}", civil.day),
            Element::ZeroDay => format!("{:02}", civil.day),
            Element::UnderYearDay => format!("{:3}", civil.year_day),
            Element::ZeroYearDay => format!("{:03}", civil.year_day),
            Element::Hour => format!("{:02}", civil.hour),
            Element::Hour12 => hour12.to_string(),
            Element::ZeroHour12 => format!("{hour12:02}"),
            Element::Minute => civil.minute.to_string(),
            Element::ZeroMinute => format!("{:02}", civil.minute),
            Element::Second => civil.second.to_string(),
            Element::ZeroSecond => format!("{:02}", civil.second),
            Element::LongYear if civil.year < 0 => format!("-{:04}", -civil.year),
            Element::LongYear => format!("{:04}", civil.year),
            Element::Year => format!("{:02}", civil.year.max(0) % 100),
            Element::UpperPm => if civil.hour >= 12 { "PM" } else { "AM" }.to_owned(),
            Element::LowerPm => if civil.hour >= 12 { "pm" } else { "am" }.to_owned(),
            Element::ZoneName if !zone_name.is_empty() => zone_name.to_string(),
            Element::ZoneName => offset_text(offset, false, 2),
            Element::Offset { iso: true, .. } if offset == 0 => "Z".to_owned(),
            Element::Offset { colon, parts, .. } => offset_text(offset, colon, parts),
            Element::Fraction { digits, trim } => fraction_text(time.nanos, digits, trim, separator),
        };
        out.extend_from_slice(text.as_bytes());
    }
    out.extend_from_slice(rest);
    out
}

fn offset_text(offset: i64, colon: bool, parts: u8) -> String {
    let minutes = offset / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let absolute = if minutes < 0 { -offset } else { offset };
    let colon = if colon { ":" } else { "" };
    let minutes = minutes.abs();
    let mut text = format!("{sign}{:02}", minutes / 60);
    if parts >= 2 {
        text.push_str(&format!("{colon}{:02}", minutes % 60));
    }
    if parts >= 3 {
        text.push_str(&format!("{colon}{:02}", absolute % 60));
    }
    text
}

fn fraction_text(nanos: u32, digits: usize, trim: bool, separator: u8) -> String {
    let all = format!("{nanos:09}");
    let mut shown: &str = all.get(..digits.min(9)).unwrap_or(&all);
    if trim {
        shown = shown.trim_end_matches('0');
        if shown.is_empty() {
            return String::new();
        }
    }
    format!("{}{shown}", separator as char)
}

/// What a parse has found so far.
#[derive(Default)]
struct Found {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    clock: [i64; 3],
    nanos: i64,
    pm: Option<bool>,
    utc: bool,
    offset: Option<i64>,
    zone_name: Vec<u8>,
    offsets_checked: bool,
}

/// Why an element does not fit.
enum Misfit {
    Bad,
    Range(&'static str),
}

type Step<'v, T> = Result<(T, &'v [u8]), Misfit>;

/// Go's `ParseInLocation` with the local zone, which is UTC. Hours and minutes of an offset are checked from Go 1.22 on (`offsets_checked`).
///
/// # Errors
/// Go's error text.
pub fn parse(layout: &[u8], value: &[u8], offsets_checked: bool) -> Result<Time, String> {
    let (whole_layout, whole_value) = (layout, value);
    let cannot = |element: &[u8], rest: &[u8]| {
        let (value, layout) = (quote(whole_value), quote(whole_layout));
        format!("parsing time {value} as {layout}: cannot parse {} as {}", quote(rest), quote(element))
    };
    let message = |text: &str| format!("parsing time {}: {text}", quote(whole_value));
    let (mut layout, mut value) = (layout, value);
    let mut found = Found { offsets_checked, ..Found::default() };
    loop {
        let step = next(layout);
        let prefix = step.map_or(layout, |(start, ..)| &layout[..start]);
        value = skip(value, prefix).map_err(|rest| cannot(prefix, rest))?;
        let Some((start, element, end)) = step else {
            if !value.is_empty() {
                return Err(message(&format!("extra text: {}", quote(value))));
            }
            break;
        };
        let spelling = &layout[start..end];
        layout = &layout[end..];
        value = read(element, value, layout, &mut found).map_err(|misfit| match misfit {
            Misfit::Bad => cannot(spelling, value),
            Misfit::Range(what) => message(&format!("{what} out of range")),
        })?;
    }
    finish(&mut found).map_err(message)
}

fn finish(found: &mut Found) -> Result<Time, &'static str> {
    match found.pm {
        Some(true) if found.clock[0] < 12 => found.clock[0] += 12,
        Some(false) if found.clock[0] == 12 => found.clock[0] = 0,
        _ => {}
    }
    let year = found.year;
    if let Some(year_day) = found.year_day {
        if year_day < 1 || year_day > 365 + i64::from(is_leap(year)) {
            return Err("day-of-year out of range");
        }
        let (mut month, mut day) = (1, year_day);
        while day > days_in(month, year) {
            day -= days_in(month, year);
            month += 1;
        }
        if found.month.is_some_and(|m| m != month) {
            return Err("day-of-year does not match month");
        }
        if found.day.is_some_and(|d| d != day) {
            return Err("day-of-year does not match day");
        }
        found.month = Some(month);
        found.day = Some(day);
    }
    let (month, day) = (found.month.unwrap_or(1), found.day.unwrap_or(1));
    if day < 1 || day > days_in(month, year) {
        return Err("day out of range");
    }
    let at = |zone: &Zone| date([year, month, day], found.clock, found.nanos, zone);
    if found.utc {
        return Ok(at(&Zone::Utc));
    }
    let name = || Rc::from(String::from_utf8_lossy(&found.zone_name).as_ref());
    if let Some(offset) = found.offset {
        let mut time = at(&Zone::Utc);
        time.seconds -= offset;
        time.zone = if offset == 0 && (found.zone_name.is_empty() || found.zone_name == b"UTC") {
            Zone::Local
        } else {
            Zone::Fixed(i32::try_from(offset).unwrap_or(0), name())
        };
        return Ok(time);
    }
    if !found.zone_name.is_empty() {
        let mut time = at(&Zone::Utc);
        let hours = found.zone_name.strip_prefix(b"GMT").filter(|rest| !rest.is_empty());
        let hours = hours.and_then(|rest| std::str::from_utf8(rest).ok()).and_then(|rest| rest.parse::<i32>().ok());
        time.zone = Zone::Fixed(hours.unwrap_or(0) * 3600, name());
        return Ok(time);
    }
    Ok(at(&Zone::Local))
}

fn cut_space(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|b| **b == b' ').count();
    &text[spaces..]
}

/// Skips the text between elements; runs of spaces match runs of spaces.
fn skip<'v>(mut value: &'v [u8], mut prefix: &[u8]) -> Result<&'v [u8], &'v [u8]> {
    while let Some(&byte) = prefix.first() {
        if byte == b' ' {
            if value.first().is_some_and(|b| *b != b' ') {
                return Err(value);
            }
            prefix = cut_space(prefix);
            value = cut_space(value);
            continue;
        }
        if value.first() != Some(&byte) {
            return Err(value);
        }
        prefix = &prefix[1..];
        value = &value[1..];
    }
    Ok(value)
}

fn is_digit(value: &[u8], at: usize) -> bool {
    value.get(at).is_some_and(u8::is_ascii_digit)
}

fn digits(value: &[u8]) -> i64 {
    value.iter().fold(0, |number, b| number * 10 + i64::from(b.wrapping_sub(b'0')))
}

/// One or two digits; `fixed` demands two.
fn number(value: &[u8], fixed: bool) -> Step<'_, i64> {
    if !is_digit(value, 0) || (fixed && !is_digit(value, 1)) {
        return Err(Misfit::Bad);
    }
    let length = if is_digit(value, 1) { 2 } else { 1 };
    Ok((digits(&value[..length]), &value[length..]))
}

fn ranged<'v>(value: &'v [u8], fixed: bool, limit: i64, what: &'static str) -> Step<'v, i64> {
    let (number, rest) = number(value, fixed)?;
    if number > limit { Err(Misfit::Range(what)) } else { Ok((number, rest)) }
}

fn name_of<'v>(names: &[&str], short: bool, value: &'v [u8]) -> Step<'v, i64> {
    for (index, name) in names.iter().enumerate() {
        let name = if short { &name[..3] } else { name };
        if value.len() >= name.len() && value[..name.len()].eq_ignore_ascii_case(name.as_bytes()) {
            return Ok((i64::try_from(index).unwrap_or(0), &value[name.len()..]));
        }
    }
    Err(Misfit::Bad)
}

/// A separator and digits, `length` bytes in all.
fn nanoseconds(value: &[u8], length: usize) -> Result<i64, Misfit> {
    if !matches!(value.first(), Some(b'.' | b',')) {
        return Err(Misfit::Bad);
    }
    let text = value.get(1..length.min(10)).ok_or(Misfit::Bad)?;
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err(Misfit::Bad);
    }
    let scale = 9 - text.len();
    Ok(digits(text) * 10i64.pow(u32::try_from(scale).unwrap_or(0)))
}

fn read<'v>(element: Element, value: &'v [u8], layout: &[u8], found: &mut Found) -> Result<&'v [u8], Misfit> {
    match element {
        Element::Year => {
            let text = value.get(..2).ok_or(Misfit::Bad)?;
            let number = std::str::from_utf8(text).ok().and_then(|t| t.parse::<i64>().ok()).ok_or(Misfit::Bad)?;
            found.year = number + if number >= 69 { 1900 } else { 2000 };
            Ok(&value[2..])
        }
        Element::LongYear => {
            let text = value.get(..4).filter(|t| t.iter().all(u8::is_ascii_digit)).ok_or(Misfit::Bad)?;
            found.year = digits(text);
            Ok(&value[4..])
        }
        Element::Month | Element::LongMonth => {
            let (index, rest) = name_of(&MONTHS, element == Element::Month, value)?;
            found.month = Some(index + 1);
            Ok(rest)
        }
        Element::NumMonth | Element::ZeroMonth => {
            let (month, rest) = ranged(value, element == Element::ZeroMonth, 12, "month")?;
            if month == 0 {
                return Err(Misfit::Range("month"));
            }
            found.month = Some(month);
            Ok(rest)
        }
        Element::Weekday | Element::LongWeekday => Ok(name_of(&WEEKDAYS, element == Element::Weekday, value)?.1),
        Element::Day | Element::UnderDay | Element::ZeroDay => {
            let under = element == Element::UnderDay && value.first() == Some(&b' ');
            let (day, rest) = number(&value[usize::from(under)..], element == Element::ZeroDay)?;
            found.day = Some(day);
            Ok(rest)
        }
        Element::UnderYearDay | Element::ZeroYearDay => {
            let mut value = value;
            for _ in 0..2 {
                if element == Element::UnderYearDay && value.first() == Some(&b' ') {
                    value = &value[1..];
                }
            }
            let length = value.iter().take(3).take_while(|b| b.is_ascii_digit()).count();
            if length == 0 || (element == Element::ZeroYearDay && length != 3) {
                return Err(Misfit::Bad);
            }
            found.year_day = Some(digits(&value[..length]));
            Ok(&value[length..])
        }
        Element::Hour => keep(ranged(value, false, 23, "hour")?, &mut found.clock[0]),
        Element::Hour12 | Element::ZeroHour12 => {
            keep(ranged(value, element == Element::ZeroHour12, 12, "hour")?, &mut found.clock[0])
        }
        Element::Minute | Element::ZeroMinute => {
            keep(ranged(value, element == Element::ZeroMinute, 59, "minute")?, &mut found.clock[1])
        }
        Element::Second | Element::ZeroSecond => {
            let (second, rest) = ranged(value, element == Element::ZeroSecond, 59, "second")?;
            found.clock[2] = second;
            let fraction_follows = matches!(rest.first(), Some(b'.' | b',')) && is_digit(rest, 1);
            let in_layout = matches!(next(layout), Some((_, Element::Fraction { .. }, _)));
            if !fraction_follows || in_layout {
                return Ok(rest);
            }
            let length = 1 + rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
            found.nanos = nanoseconds(rest, length)?;
            Ok(&rest[length..])
        }
        Element::UpperPm | Element::LowerPm => {
            let (am, pm) = if element == Element::UpperPm { (b"AM", b"PM") } else { (b"am", b"pm") };
            let text = value.get(..2).ok_or(Misfit::Bad)?;
            found.pm = Some(if text == pm {
                true
            } else if text == am {
                false
            } else {
                return Err(Misfit::Bad);
            });
            Ok(&value[2..])
        }
        Element::Offset { iso: true, .. } if value.first() == Some(&b'Z') => {
            found.utc = true;
            Ok(&value[1..])
        }
        Element::Offset { colon, parts, .. } => read_offset(value, colon, parts, found),
        Element::ZoneName => {
            if let Some(rest) = value.strip_prefix(b"UTC") {
                found.utc = true;
                return Ok(rest);
            }
            let length = zone_name_length(value).ok_or(Misfit::Bad)?;
            found.zone_name = value[..length].to_vec();
            Ok(&value[length..])
        }
        Element::Fraction { digits, trim: false } => {
            if value.len() < digits + 1 {
                return Err(Misfit::Bad);
            }
            found.nanos = nanoseconds(value, digits + 1)?;
            Ok(&value[digits + 1..])
        }
        Element::Fraction { .. } => {
            if !matches!(value.first(), Some(b'.' | b',')) || !is_digit(value, 1) {
                return Ok(value);
            }
            let length = 1 + value[1..].iter().take_while(|b| b.is_ascii_digit()).count();
            found.nanos = nanoseconds(value, length)?;
            Ok(&value[length..])
        }
    }
}

fn keep<'v>((number, rest): (i64, &'v [u8]), slot: &mut i64) -> Result<&'v [u8], Misfit> {
    *slot = number;
    Ok(rest)
}

fn read_offset<'v>(value: &'v [u8], colon: bool, parts: u8, found: &mut Found) -> Result<&'v [u8], Misfit> {
    let step = if colon { 3 } else { 2 };
    let length = 3 + step * (usize::from(parts) - 1);
    let text = value.get(..length).ok_or(Misfit::Bad)?;
    let mut numbers = [0i64; 3];
    for (index, slot) in numbers.iter_mut().take(usize::from(parts)).enumerate() {
        let start = 1 + step * index;
        if index > 0 && colon && text[start - 1] != b':' {
            return Err(Misfit::Bad);
        }
        *slot = number(&text[start..start + 2], true)?.0;
    }
    let [hours, minutes, seconds] = numbers;
    if found.offsets_checked && hours > 24 {
        return Err(Misfit::Range("time zone offset hour"));
    }
    if found.offsets_checked && minutes > 60 {
        return Err(Misfit::Range("time zone offset minute"));
    }
    if found.offsets_checked && seconds > 60 {
        return Err(Misfit::Range("time zone offset second"));
    }
    let offset = (hours * 60 + minutes) * 60 + seconds;
    found.offset = Some(match text[0] {
        b'+' => offset,
        b'-' => -offset,
        _ => return Err(Misfit::Bad),
    });
    Ok(&value[length..])
}

/// Length of something that looks like a zone abbreviation.
fn zone_name_length(value: &[u8]) -> Option<usize> {
    if value.len() < 3 {
        return None;
    }
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = value.strip_prefix(b"GMT") {
        return Some(3 + signed_offset(rest));
    }
    if matches!(value[0], b'+' | b'-') {
        return Some(signed_offset(value)).filter(|length| *length > 0);
    }
    match value.iter().take(6).take_while(|b| b.is_ascii_uppercase()).count() {
        5 if value[4] == b'T' => Some(5),
        4 if value[3] == b'T' || value.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

fn signed_offset(value: &[u8]) -> usize {
    if !matches!(value.first(), Some(b'+' | b'-')) {
        return 0;
    }
    let length = value[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    let significant = &value[1..=length];
    let hours = if significant.len() > 9 { i64::MAX } else { digits(significant) };
    if length == 0 || hours > 23 { 0 } else { length + 1 }
}
