//! `time.Time` and `time.Duration` as Go prints them.

use crate::template::functions::gotime::{duration_to_string, fields, layout};
use crate::template::unicode::quote;
use crate::template::value::{Time, Zone};

/// Go's `Duration.String`: `1h2m3.5s`, below a second with the unit that fits.
#[must_use]
pub fn duration(nanos: i64) -> String {
    duration_to_string(nanos)
}

/// Go's `Time.GoString`: the expression that makes the time.
pub(super) fn time_expression(time: &Time) -> String {
    let date = fields(time);
    let month = layout::month_name(date.month);
    let zone = match &time.zone {
        Zone::Utc => "time.UTC".to_owned(),
        Zone::Local => "time.Local".to_owned(),
        Zone::Fixed(_, name) | Zone::Named(name, ..) => {
            format!("time.Location({})", quote(name.as_bytes()))
        }
    };
    format!(
        "time.Date({}, time.{month}, {}, {}, {}, {}, {}, {zone})",
        date.year, date.day, date.hour, date.minute, date.second, time.nanos
    )
}

/// Go's `Time.String`; a zone without a name is shown by its offset twice.
#[must_use]
pub fn time_text(time: &Time) -> String {
    String::from_utf8_lossy(&layout::format(time, b"2006-01-02 15:04:05.999999999 -0700 MST")).into_owned()
}
