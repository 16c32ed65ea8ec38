//! Functions whose result nobody can predict: the text has the right length and shape and is marked as unknown.

use std::any::Any;
use std::rc::Rc;

use super::args::{any, int, text};
use super::{Class, Function, crypto, row};
use crate::dialect::Dialect;
use crate::template::call::{Call, Failure};
use crate::template::text::{Origin, Text};
use crate::template::trace::Input;
use crate::template::value::{IntKind, Object, Type, TypeName, Value};

const STR: Type = Type::String;
const INT: Type = Type::Int(IntKind::Int);
const LIST: Type = Type::ANYS;
const CERTIFICATE: Type = Type::Named(&TypeName("sprig.certificate"));

pub(super) static FUNCTIONS: &[Function] = &[
    row("randAlpha", &[INT], STR, Class::Unpredictable, letters),
    row("randAlphaNum", &[INT], STR, Class::Unpredictable, letters),
    row("randAscii", &[INT], STR, Class::Unpredictable, letters),
    row("randNumeric", &[INT], STR, Class::Unpredictable, digits),
    row("randBytes", &[INT], STR, Class::Unpredictable, bytes),
    row("randInt", &[INT, INT], INT, Class::Unpredictable, rand_int),
    row("shuffle", &[STR], STR, Class::Unpredictable, shuffle),
    row("uuidv4", &[], STR, Class::Unpredictable, uuid),
    row("getHostByName", &[STR], STR, Class::Unpredictable, host),
    row("bcrypt", &[STR], STR, Class::Unpredictable, bcrypt),
    row("htpasswd", &[STR, STR], STR, Class::Unpredictable, htpasswd),
    row("encryptAES", &[STR, STR], STR, Class::Unpredictable, encrypt),
    row("genPrivateKey", &[STR], STR, Class::Unpredictable, private_key),
    row("genCA", &[STR, INT], CERTIFICATE, Class::Unpredictable, ca),
    row("genCAWithKey", &[STR, INT, STR], CERTIFICATE, Class::Unpredictable, ca_with_key),
    row("genSelfSignedCert", &[STR, LIST, LIST, INT], CERTIFICATE, Class::Unpredictable, self_signed),
    row(
        "genSelfSignedCertWithKey",
        &[STR, LIST, LIST, INT, STR],
        CERTIFICATE,
        Class::Unpredictable,
        self_signed_with_key,
    ),
    row("genSignedCert", &[STR, LIST, LIST, INT, CERTIFICATE], CERTIFICATE, Class::Unpredictable, self_signed),
    row(
        "genSignedCertWithKey",
        &[STR, LIST, LIST, INT, CERTIFICATE, STR],
        CERTIFICATE,
        Class::Unpredictable,
        signed_with_key,
    ),
    row("buildCustomCert", &[STR, STR], CERTIFICATE, Class::Parse, custom_cert),
];

/// Bytes that stand for an unknown text of the same length.
pub(super) fn unknown_text(call: &mut Call<'_, '_>, bytes: &[u8]) -> Value {
    let origin = Origin::Unknown(call.id());
    Value::Str(Text::new(bytes, origin, call.frame()))
}

fn unpredictable(call: &mut Call<'_, '_>, bytes: &[u8]) -> Value {
    let name = call.name();
    call.note_input(Input::Unpredictable(name));
    unknown_text(call, bytes)
}

/// A length; negative ones make sprig answer the empty string.
fn count(call: &mut Call<'_, '_>, args: &[Value]) -> Result<usize, Failure> {
    let count = usize::try_from(int(args, 0)).unwrap_or(0);
    call.charge(count)?;
    Ok(count)
}

fn letters(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let count = count(call, args)?;
    Ok(unpredictable(call, &vec![b'x'; count]))
}

fn digits(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let count = count(call, args)?;
    Ok(unpredictable(call, &vec![b'0'; count]))
}

/// Random bytes as base64.
fn bytes(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if int(args, 0) < 0 {
        return Err(Failure::new("runtime error: makeslice: len out of range"));
    }
    let count = count(call, args)?;
    let encoded = crypto::base64(&vec![0; count]);
    Ok(unpredictable(call, encoded.as_bytes()))
}

fn rand_int(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (low, high) = (int(args, 0), int(args, 1));
    let width = high.wrapping_sub(low);
    if width <= 0 {
        return Err(Failure::new("invalid argument to Intn"));
    }
    if width == 1 {
        return Ok(Value::int(low));
    }
    let name = call.name();
    call.note_input(Input::Unpredictable(name));
    Ok(call.unknown(INT))
}

fn shuffle(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    let bytes = source.as_bytes();
    if bytes.windows(2).all(|pair| pair[0] == pair[1]) && bytes.is_ascii() {
        return Ok(Value::Str(source));
    }
    Ok(unpredictable(call, bytes))
}

fn uuid(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(unpredictable(call, b"00000000-0000-4000-8000-000000000000"))
}

/// An address answers itself; names would have to be asked.
fn host(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let name = text(args, 0);
    if name.to_lossy().parse::<std::net::IpAddr>().is_ok() {
        return Ok(Value::Str(name));
    }
    Ok(unpredictable(call, b"127.0.0.1"))
}

/// A bcrypt hash of cost 10.
fn hash() -> String {
    format!("$2a$10${}", ".".repeat(53))
}

fn bcrypt(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if text(args, 0).len() > 72 && call.dialect() != Dialect::V1_1 {
        let reason = "bcrypt: password length exceeds 72 bytes";
        return Ok(call.derived_value(format!("failed to encrypt string with bcrypt: {reason}")));
    }
    Ok(unpredictable(call, hash().as_bytes()))
}

fn htpasswd(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let user = text(args, 0);
    if user.as_bytes().contains(&b':') {
        return Ok(call.derived_value([b"invalid username: ", user.as_bytes()].concat()));
    }
    let mut builder = call.builder();
    builder.push(&user);
    call.pad(&mut builder, b":");
    if let Value::Str(hash) = unpredictable(call, hash().as_bytes()) {
        builder.push(&hash);
    }
    Ok(Value::Str(builder.build()))
}

fn encrypt(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let encrypted = crypto::encrypt_aes(text(args, 0).as_bytes(), text(args, 1).as_bytes());
    Ok(unpredictable(call, encrypted.as_bytes()))
}

/// A PEM block whose content is not known.
fn pem(call: &mut Call<'_, '_>, kind: &str) -> Value {
    unpredictable(call, format!("-----BEGIN {kind}-----\nAAAA\n-----END {kind}-----\n").as_bytes())
}

fn private_key(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let kind = text(args, 0);
    let kind = kind.to_lossy();
    let label = match kind.as_ref() {
        "" | "rsa" => "RSA PRIVATE KEY",
        "dsa" => "DSA PRIVATE KEY",
        "ecdsa" => "EC PRIVATE KEY",
        "ed25519" if call.dialect() != Dialect::V1_1 => "PRIVATE KEY",
        other => return Ok(call.derived_value(format!("Unknown type {other}"))),
    };
    Ok(pem(call, label))
}

/// Sprig's `certificate`.
#[derive(Debug)]
struct Certificate {
    cert: Value,
    key: Value,
}

impl Object for Certificate {
    fn type_name(&self) -> &'static TypeName {
        &TypeName("sprig.certificate")
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(self.cert.clone()),
            "Key" => Some(self.key.clone()),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Cert", self.cert.clone()), ("Key", self.key.clone())]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn certificate(call: &mut Call<'_, '_>, key: Option<Value>) -> Value {
    let cert = pem(call, "CERTIFICATE");
    let key = key.unwrap_or_else(|| pem(call, "RSA PRIVATE KEY"));
    Value::Object(Rc::new(Certificate { cert, key }))
}

/// A key given as text: refused unless it is PEM.
fn given_key(args: &[Value], index: usize) -> Result<Value, Failure> {
    let key = text(args, index);
    if !is_pem(key.as_bytes()) && !key.has_unknown() {
        return Err(Failure::new("parsing private key: no PEM data in input"));
    }
    Ok(Value::Str(key))
}

fn is_pem(bytes: &[u8]) -> bool {
    super::strings::find(bytes, b"-----BEGIN ").is_some() && super::strings::find(bytes, b"-----END ").is_some()
}

fn ca(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(certificate(call, None))
}

fn ca_with_key(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let key = given_key(args, 2)?;
    Ok(certificate(call, Some(key)))
}

/// Addresses and names of a certificate must be texts, addresses also well-formed.
fn check_names(call: &mut Call<'_, '_>, args: &[Value]) -> Result<(), Failure> {
    if let Value::List(addresses) = any(args, 1) {
        for address in addresses.iter() {
            let shown = super::show::format_v(call, address)?;
            let shown = shown.to_lossy();
            match address {
                Value::Unknown(..) => {}
                Value::Str(_) if shown.parse::<std::net::IpAddr>().is_ok() => {}
                Value::Str(_) => return Err(Failure::new(format!("error parsing ip: {shown}"))),
                _ => return Err(Failure::new(format!("error parsing ip: {shown} is not a string"))),
            }
        }
    }
    if let Value::List(names) = any(args, 2) {
        let bad = names.iter().find(|name| !matches!(name, Value::Str(_) | Value::Unknown(..)));
        if let Some(name) = bad {
            let shown = super::show::format_v(call, name)?;
            let shown = shown.to_lossy();
            return Err(Failure::new(format!("error processing alternate dns name: {shown} is not a string")));
        }
    }
    Ok(())
}

fn self_signed(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    check_names(call, args)?;
    Ok(certificate(call, None))
}

fn self_signed_with_key(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let key = given_key(args, 4)?;
    check_names(call, args)?;
    Ok(certificate(call, Some(key)))
}

fn signed_with_key(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let key = given_key(args, 5)?;
    check_names(call, args)?;
    Ok(certificate(call, Some(key)))
}

fn custom_cert(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let decode = |index: usize, what: &str| {
        crypto::decode_base64(text(args, index).as_bytes())
            .map_err(|_| Failure::new(format!("unable to decode base64 {what}")))
    };
    let cert = decode(0, "certificate")?;
    let key = decode(1, "private key")?;
    if !is_pem(&cert) {
        return Err(Failure::new("unable to decode certificate"));
    }
    if !is_pem(&key) {
        return Err(Failure::new("unable to decode key"));
    }
    let cert = call.derived_value(cert);
    let key = call.derived_value(key);
    Ok(Value::Object(Rc::new(Certificate { cert, key })))
}
