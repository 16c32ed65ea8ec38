//! Go's `time`: calendar, zones, durations. Layouts are in [`layout`].
//!
//! In: instants, texts. Out: calendar fields, texts, Go's error texts. The local zone is UTC; zones by name come from the bundled tz database.
//! Never: the clock.

pub mod layout;
pub mod methods;

use std::rc::Rc;

use crate::template::value::{Time, Zone};

const DAY: i64 = 86_400;

/// A date and time of day in some zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year, 0 being 1 BC.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
    /// 0 to 23.
    pub hour: i64,
    /// 0 to 59.
    pub minute: i64,
    /// 0 to 59.
    pub second: i64,
    /// 0 is Sunday.
    pub weekday: i64,
    /// 1 to 366.
    pub year_day: i64,
}

/// Whether a year has 366 days.
#[must_use]
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month.
#[must_use]
pub fn days_in(month: i64, year: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date; month and day may be out of range.
#[must_use]
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year.saturating_add((month - 1).div_euclid(12));
    let month = (month - 1).rem_euclid(12) + 1;
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let year_of_era = shifted.rem_euclid(400);
    let month_index = (month + 9) % 12;
    let day_of_year = (153 * month_index + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era.wrapping_mul(146_097).wrapping_add(day_of_era - 719_468).wrapping_add(day - 1)
}

/// The calendar fields of seconds since 1970, already shifted into a zone.
#[must_use]
pub fn civil(seconds: i64) -> Civil {
    let days = seconds.div_euclid(DAY);
    let rest = seconds.rem_euclid(DAY);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Civil {
        year,
        month,
        day,
        hour: rest / 3600,
        minute: rest / 60 % 60,
        second: rest % 60,
        weekday: (days + 4).rem_euclid(7),
        year_day: days - days_from_civil(year, 1, 1) + 1,
    }
}

/// Offset in seconds east of UTC and abbreviation of a time's zone.
#[must_use]
pub fn zone_of(time: &Time) -> (i64, Rc<str>) {
    match &time.zone {
        Zone::Utc | Zone::Local => (0, Rc::from("UTC")),
        Zone::Fixed(offset, name) | Zone::Named(_, offset, name) => (i64::from(*offset), name.clone()),
    }
}

/// The calendar fields of a time in its zone.
#[must_use]
pub fn fields(time: &Time) -> Civil {
    civil(time.seconds.saturating_add(zone_of(time).0))
}

/// The zone that Go's `LoadLocation` finds, without the offset of a moment; `None` if there is none of that name.
#[must_use]
pub fn load_location(name: &[u8]) -> Option<Zone> {
    match name {
        b"" | b"UTC" => return Some(Zone::Utc),
        b"Local" => return Some(Zone::Local),
        _ => {}
    }
    let name = std::str::from_utf8(name).ok()?;
    let zone = jiff::tz::TimeZone::get(name).ok()?;
    // The database is asked without regard to case; files, as Go reads them, are not.
    (zone.iana_name() == Some(name)).then(|| Zone::Named(Rc::from(name), 0, Rc::from("")))
}

/// The same zone with the offset that holds at that moment.
#[must_use]
pub fn zone_at(zone: &Zone, seconds: i64) -> Zone {
    let Zone::Named(name, ..) = zone else { return zone.clone() };
    let found =
        jiff::tz::TimeZone::get(name).ok().zip(jiff::Timestamp::from_second(seconds).ok()).map(|(tz, moment)| {
            let info = tz.to_offset_info(moment);
            Zone::Named(name.clone(), info.offset().seconds(), Rc::from(info.abbreviation()))
        });
    found.unwrap_or_else(|| zone.clone())
}

/// The same moment in another zone.
#[must_use]
pub fn in_zone(time: &Time, zone: &Zone) -> Time {
    Time { seconds: time.seconds, nanos: time.nanos, zone: zone_at(zone, time.seconds) }
}

/// The moment with those fields in a zone, as Go's `Date`; fields may be out of range.
#[must_use]
pub fn date(date: [i64; 3], clock: [i64; 3], nanos: i64, zone: &Zone) -> Time {
    let days = days_from_civil(date[0], date[1], date[2]);
    let wall = days
        .wrapping_mul(DAY)
        .wrapping_add(clock[0] * 3600 + clock[1] * 60 + clock[2])
        .wrapping_add(nanos.div_euclid(1_000_000_000));
    let nanos = u32::try_from(nanos.rem_euclid(1_000_000_000)).unwrap_or(0);
    let offset_at = |seconds: i64| zone_of(&Time { seconds, nanos, zone: zone_at(zone, seconds) }).0;
    // As Go guesses: the offset at the wall time, then once more at the result.
    let mut offset = offset_at(wall);
    let again = offset_at(wall.wrapping_sub(offset));
    if again != offset {
        let other = wall.wrapping_sub(again);
        if offset_at(other) == again {
            offset = again;
        }
    }
    let seconds = wall.wrapping_sub(offset);
    Time { seconds, nanos, zone: zone_at(zone, seconds) }
}

/// A moment later by nanoseconds.
#[must_use]
pub fn add(time: &Time, nanoseconds: i64) -> Time {
    let total = i64::from(time.nanos) + nanoseconds % 1_000_000_000;
    let carry = total.div_euclid(1_000_000_000);
    let seconds = time.seconds.wrapping_add(nanoseconds / 1_000_000_000).wrapping_add(carry);
    let nanos = u32::try_from(total.rem_euclid(1_000_000_000)).unwrap_or(0);
    Time { seconds, nanos, zone: zone_at(&time.zone, seconds) }
}

/// Nanoseconds from `earlier` to `time`, cut to what a duration holds.
#[must_use]
pub fn since(time: &Time, earlier: &Time) -> i64 {
    let nanos = (i128::from(time.seconds) - i128::from(earlier.seconds)) * 1_000_000_000 + i128::from(time.nanos)
        - i128::from(earlier.nanos);
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

/// Go's `Time.String`.
#[must_use]
pub fn to_string(time: &Time) -> String {
    String::from_utf8_lossy(&layout::format(time, b"2006-01-02 15:04:05.999999999 -0700 MST")).into_owned()
}

/// The text of a time in JSON and YAML: RFC 3339 with as many decimals as needed.
#[must_use]
pub fn rfc3339(time: &Time) -> String {
    String::from_utf8_lossy(&layout::format(time, b"2006-01-02T15:04:05.999999999Z07:00")).into_owned()
}

/// Go's `Duration.String`.
#[must_use]
pub fn duration_to_string(nanoseconds: i64) -> String {
    if nanoseconds == 0 {
        return "0s".to_owned();
    }
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let total = nanoseconds.unsigned_abs();
    if total < 1_000_000_000 {
        let (unit, name) = match total {
            0..=999 => (1, "ns"),
            1_000..=999_999 => (1_000, "µs"),
            _ => (1_000_000, "ms"),
        };
        return format!("{sign}{}{name}", decimal(total / unit, total % unit, unit));
    }
    let seconds = total / 1_000_000_000;
    let rest = decimal(seconds % 60, total % 1_000_000_000, 1_000_000_000);
    let minutes = seconds / 60;
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{sign}{rest}s"),
        (0, minutes) => format!("{sign}{minutes}m{rest}s"),
        (hours, minutes) => format!("{sign}{hours}h{minutes}m{rest}s"),
    }
}

/// `whole.fraction` without trailing zeros; `unit` is a power of ten.
fn decimal(whole: u64, fraction: u64, unit: u64) -> String {
    if fraction == 0 {
        return whole.to_string();
    }
    let width = unit.ilog10() as usize;
    let digits = format!("{fraction:0width$}");
    format!("{whole}.{}", digits.trim_end_matches('0'))
}

/// Go's `ParseDuration`.
///
/// # Errors
/// Go's error text.
pub fn parse_duration(text: &[u8]) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote(text));
    let (negative, mut rest) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == b"0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    const LIMIT: u64 = 1 << 63;
    let mut total = 0u64;
    while !rest.is_empty() {
        if rest[0] != b'.' && !rest[0].is_ascii_digit() {
            return Err(invalid());
        }
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let mut value = 0u64;
        for &digit in &rest[..digits] {
            let next = value.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit - b'0')));
            value = next.filter(|v| *v <= LIMIT).ok_or_else(invalid)?;
        }
        rest = &rest[digits..];
        let (mut fraction, mut scale, mut after_dot) = (0u64, 1f64, 0);
        if rest.first() == Some(&b'.') {
            rest = &rest[1..];
            after_dot = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            for &digit in &rest[..after_dot] {
                let next = fraction.checked_mul(10).and_then(|v| v.checked_add(u64::from(digit - b'0')));
                let Some(next) = next.filter(|v| *v <= LIMIT && fraction <= (LIMIT - 1) / 10) else { break };
                fraction = next;
                scale *= 10.0;
            }
            rest = &rest[after_dot..];
        }
        if digits == 0 && after_dot == 0 {
            return Err(invalid());
        }
        let length = rest.iter().take_while(|b| **b != b'.' && !b.is_ascii_digit()).count();
        if length == 0 {
            return Err(format!("time: missing unit in duration {}", quote(text)));
        }
        let (name, after) = rest.split_at(length);
        rest = after;
        let unit: u64 = match name {
            b"ns" => 1,
            b"us" | b"\xc2\xb5s" | b"\xce\xbcs" => 1_000,
            b"ms" => 1_000_000,
            b"s" => 1_000_000_000,
            b"m" => 60_000_000_000,
            b"h" => 3_600_000_000_000,
            _ => return Err(format!("time: unknown unit {} in duration {}", quote(name), quote(text))),
        };
        if value > LIMIT / unit {
            return Err(invalid());
        }
        value *= unit;
        if fraction > 0 {
            // The same float arithmetic as Go, including its rounding.
            value = value.saturating_add((fraction as f64 * (unit as f64 / scale)) as u64);
            if value > LIMIT {
                return Err(invalid());
            }
        }
        total = total.checked_add(value).filter(|t| *t <= LIMIT).ok_or_else(invalid)?;
    }
    if negative {
        return Ok((total as i64).wrapping_neg());
    }
    i64::try_from(total).map_err(|_| invalid())
}

/// The quoting of the `time` package: bytes beyond printable ASCII as `\xNN`.
#[must_use]
pub fn quote(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for &byte in text {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(byte as char);
            }
            b' '..=b'~' | 0x7f => out.push(byte as char),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}
