//! Sprig's checksums, encodings and ciphers, as far as they are predictable.

use aes::Aes256;
use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::args::{any, text};
use super::{Class, Function, NEWEST, row};
use crate::template::call::{Call, Failure};
use crate::template::value::{Type, UintKind, Value};

const STR: Type = Type::String;
const COUNTER: Type = Type::Uint(UintKind::Uint32);

pub(super) static FUNCTIONS: &[Function] = &[
    row("sha1sum", &[STR], STR, Class::Opaque, sha1sum),
    row("sha256sum", &[STR], STR, Class::Opaque, sha256sum),
    row("sha512sum", &[STR], STR, Class::Opaque, sha512sum).only(NEWEST),
    row("adler32sum", &[STR], STR, Class::Opaque, adler32sum),
    row("b64enc", &[STR], STR, Class::Opaque, b64enc),
    row("b64dec", &[STR], STR, Class::Cut, b64dec),
    row("b32enc", &[STR], STR, Class::Opaque, b32enc),
    row("b32dec", &[STR], STR, Class::Opaque, b32dec),
    row("derivePassword", &[COUNTER, STR, STR, STR, STR], STR, Class::Opaque, derive_password),
    // Not of a class that is skipped for unknown texts: what `encryptAES` made can be read again.
    row("decryptAES", &[STR, STR], STR, Class::Join, decrypt),
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digest<D: Digest>(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len())?;
    let sum = hex(&D::digest(source.as_bytes()));
    Ok(call.derived_value(sum))
}

fn sha1sum(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    digest::<Sha1>(call, args)
}

fn sha256sum(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    digest::<Sha256>(call, args)
}

fn sha512sum(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    digest::<Sha512>(call, args)
}

/// Adler-32 of a text; also names the templates that `tpl` makes.
#[must_use]
pub fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (mut low, mut high) = (1u32, 0u32);
    // 5552 is the most bytes whose sums fit before they must be reduced.
    for chunk in bytes.chunks(5552) {
        for byte in chunk {
            low += u32::from(*byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    high << 16 | low
}

fn adler32sum(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len())?;
    Ok(call.derived_value(adler32(source.as_bytes()).to_string()))
}

/// Base64 with the standard alphabet and padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn b64enc(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len().saturating_mul(2))?;
    Ok(call.derived_value(base64(source.as_bytes())))
}

fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn base64_digit(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

/// Decodes as Go does: line breaks are skipped, padding is required; the error is the offset that Go names.
pub(super) fn decode_base64(text: &[u8]) -> Result<Vec<u8>, usize> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let mut at = 0;
    let skip = |mut at: usize| {
        while text.get(at).is_some_and(|b| is_line_break(*b)) {
            at += 1;
        }
        at
    };
    loop {
        let (mut bits, mut digits) = (0u32, 0);
        let mut padded = false;
        while digits < 4 {
            let Some(&byte) = text.get(at) else {
                // Nothing at all is the regular end.
                return if digits == 0 { Ok(out) } else { Err(at - digits) };
            };
            at += 1;
            if let Some(digit) = base64_digit(byte) {
                bits = bits << 6 | digit;
                digits += 1;
                continue;
            }
            if is_line_break(byte) {
                continue;
            }
            if byte != b'=' || digits < 2 {
                return Err(at - 1);
            }
            if digits == 2 {
                at = skip(at);
                match text.get(at) {
                    None => return Err(text.len()),
                    Some(b'=') => at += 1,
                    Some(_) => return Err(at - 1),
                }
            }
            at = skip(at);
            if at < text.len() {
                return Err(at);
            }
            padded = true;
            break;
        }
        bits <<= 6 * (4 - digits);
        let bytes = [(bits >> 16) as u8, (bits >> 8) as u8, bits as u8];
        out.extend_from_slice(&bytes[..digits - 1]);
        if padded {
            return Ok(out);
        }
    }
}

fn b64dec(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len())?;
    let decoded = decode_base64(source.as_bytes())
        .unwrap_or_else(|offset| format!("illegal base64 data at input byte {offset}").into_bytes());
    if source.has_unknown() {
        let known = call.knows_length(&source);
        return Ok(if known { super::random::unknown_text(call, &decoded) } else { call.unknown(STR) });
    }
    Ok(call.derived_value(decoded))
}

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn b32enc(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len().saturating_mul(2))?;
    let mut out = Vec::with_capacity(source.len() * 8 / 5 + 8);
    for chunk in source.as_bytes().chunks(5) {
        let mut bits = 0u64;
        for index in 0..5 {
            bits = bits << 8 | u64::from(chunk.get(index).copied().unwrap_or(0));
        }
        let used = (chunk.len() * 8).div_ceil(5);
        for index in 0..8 {
            let digit = (bits >> (35 - 5 * index)) as usize & 31;
            out.push(if index < used { BASE32[digit] } else { b'=' });
        }
    }
    Ok(call.derived_value(out))
}

/// Decodes as Go does; the error is the offset that Go names, counted without line breaks.
fn decode_base32(text: &[u8]) -> Result<Vec<u8>, usize> {
    let text: Vec<u8> = text.iter().copied().filter(|b| !is_line_break(*b)).collect();
    let mut out = Vec::with_capacity(text.len() / 8 * 5);
    let mut at = 0;
    let mut end = false;
    while at < text.len() && !end {
        let (mut bits, mut digits) = (0u64, 0);
        while digits < 8 {
            let Some(&byte) = text.get(at) else { return Err(text.len() - digits) };
            at += 1;
            let left = text.len() - at;
            if byte == b'=' && digits >= 2 && left < 8 {
                if left + digits < 7 {
                    return Err(text.len());
                }
                for index in 0..7 - digits {
                    if text.get(at + index).is_some_and(|b| *b != b'=') {
                        return Err(at + index - 1);
                    }
                }
                if matches!(digits, 3 | 6) {
                    return Err(at - 1);
                }
                end = true;
                break;
            }
            let Some(digit) = BASE32.iter().position(|b| *b == byte) else { return Err(at - 1) };
            bits = bits << 5 | digit as u64;
            digits += 1;
        }
        bits <<= 5 * (8 - digits);
        let bytes = bits.to_be_bytes();
        out.extend_from_slice(&bytes[3..3 + digits * 5 / 8]);
    }
    Ok(out)
}

fn b32dec(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len())?;
    let decoded = decode_base32(source.as_bytes())
        .unwrap_or_else(|offset| format!("illegal base32 data at input byte {offset}").into_bytes());
    Ok(call.derived_value(decoded))
}

/// The key that sprig makes of a password: its first 32 bytes, filled up with zeros.
fn cipher(password: &[u8]) -> Aes256 {
    let mut key = [0u8; 32];
    let length = password.len().min(32);
    key[..length].copy_from_slice(&password[..length]);
    Aes256::new(&key.into())
}

/// Encrypts with an initialisation vector of zeros; the real one is random.
pub(super) fn encrypt_aes(password: &[u8], plain: &[u8]) -> String {
    let cipher = cipher(password);
    let padding = 16 - plain.len() % 16;
    let mut padded = plain.to_vec();
    padded.resize(plain.len() + padding, padding as u8);
    let mut out = vec![0u8; 16];
    let mut previous = [0u8; 16];
    for chunk in padded.chunks_exact(16) {
        for (byte, plain) in previous.iter_mut().zip(chunk) {
            *byte ^= plain;
        }
        let mut block = Block::<Aes256>::from(previous);
        cipher.encrypt_block(&mut block);
        previous = block.into();
        out.extend_from_slice(&previous);
    }
    base64(&out)
}

fn decrypt(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let encoded = text(args, 1);
    call.charge(encoded.len())?;
    if encoded.is_empty() {
        return Ok(Value::Str(encoded));
    }
    let data = decode_base64(encoded.as_bytes())
        .map_err(|offset| Failure::new(format!("illegal base64 data at input byte {offset}")))?;
    if data.len() < 16 {
        let capacity = encoded.as_bytes().iter().filter(|b| !is_line_break(**b)).count() / 4 * 3;
        return Err(Failure::new(format!("runtime error: slice bounds out of range [:16] with capacity {capacity}")));
    }
    let (start, body) = data.split_at(16);
    if body.len() % 16 != 0 {
        return Err(Failure::new("crypto/cipher: input not full blocks"));
    }
    let cipher = cipher(text(args, 0).as_bytes());
    let mut plain = Vec::with_capacity(body.len());
    let mut previous = start;
    for chunk in body.chunks_exact(16) {
        let mut bytes = [0u8; 16];
        bytes.copy_from_slice(chunk);
        let mut block = Block::<Aes256>::from(bytes);
        cipher.decrypt_block(&mut block);
        plain.extend(block.iter().zip(previous).map(|(byte, mask)| byte ^ mask));
        previous = chunk;
    }
    let Some(&padding) = plain.last() else { return Err(Failure::new("runtime error: index out of range [-1]")) };
    let Some(length) = plain.len().checked_sub(usize::from(padding)) else {
        let end = plain.len() as i64 - i64::from(padding);
        return Err(Failure::new(format!("runtime error: slice bounds out of range [:{end}]")));
    };
    plain.truncate(length);
    Ok(call.derived_value(plain))
}

/// Password shapes of the Master Password algorithm.
fn shapes(kind: &str) -> Option<&'static [&'static str]> {
    Some(match kind {
        "maximum" => &["anoxxxxxxxxxxxxxxxxx", "axxxxxxxxxxxxxxxxxno"],
        "long" => &[
            "CvcvnoCvcvCvcv",
            "CvcvCvcvnoCvcv",
            "CvcvCvcvCvcvno",
            "CvccnoCvcvCvcv",
            "CvccCvcvnoCvcv",
            "CvccCvcvCvcvno",
            "CvcvnoCvccCvcv",
            "CvcvCvccnoCvcv",
            "CvcvCvccCvcvno",
            "CvcvnoCvcvCvcc",
            "CvcvCvcvnoCvcc",
            "CvcvCvcvCvccno",
            "CvccnoCvccCvcv",
            "CvccCvccnoCvcv",
            "CvccCvccCvcvno",
            "CvcvnoCvccCvcc",
            "CvcvCvccnoCvcc",
            "CvcvCvccCvccno",
            "CvccnoCvcvCvcc",
            "CvccCvcvnoCvcc",
            "CvccCvcvCvccno",
        ],
        "medium" => &["CvcnoCvc", "CvcCvcno"],
        "short" => &["Cvcn"],
        "basic" => &["aaanaaan", "aannaaan", "aaannaaa"],
        "pin" => &["nnnn"],
        _ => return None,
    })
}

fn alphabet(shape: char) -> &'static [u8] {
    match shape {
        'V' => b"AEIOU",
        'C' => b"BCDFGHJKLMNPQRSTVWXYZ",
        'v' => b"aeiou",
        'c' => b"bcdfghjklmnpqrstvwxyz",
        'A' => b"AEIOUBCDFGHJKLMNPQRSTVWXYZ",
        'a' => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz",
        'n' => b"0123456789",
        'o' => b"@&%?,=[]_:-+*$#!'^~;()/.",
        _ => b"AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()",
    }
}

const SCOPE: &[u8] = b"com.lyndir.masterpassword";

fn with_length(text: &[u8]) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes();
    [SCOPE, &length, text].concat()
}

fn hmac_sha256(key: &[u8; 64], message: &[u8]) -> Vec<u8> {
    let pad = |mask: u8| key.map(|byte| byte ^ mask);
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().to_vec()
}

fn derive_password(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let counter = match any(args, 0) {
        Value::Uint(_, number) => u32::try_from(number).unwrap_or(0),
        _ => 0,
    };
    let (kind, password, user, site) = (text(args, 1), text(args, 2), text(args, 3), text(args, 4));
    let kind = kind.to_lossy();
    let Some(shapes) = shapes(&kind) else {
        return Ok(call.derived_value(format!("cannot find password template {kind}")));
    };
    // Deriving the key is slow on purpose; a template may do it only so often.
    call.charge(16 << 20)?;
    let mut key = [0u8; 64];
    let derived = scrypt::Params::new(15, 8, 2).map_err(|error| error.to_string()).and_then(|params| {
        scrypt::scrypt(password.as_bytes(), &with_length(user.as_bytes()), &params, &mut key)
            .map_err(|error| error.to_string())
    });
    derived.map_err(|error| Failure::new(format!("failed to derive password: {error}")))?;
    let mut message = with_length(site.as_bytes());
    message.extend_from_slice(&counter.to_be_bytes());
    let seed = hmac_sha256(&key, &message);
    let shape = shapes[usize::from(seed[0]) % shapes.len()];
    let letters: Vec<u8> = shape
        .chars()
        .zip(&seed[1..])
        .map(|(class, seed)| {
            let alphabet = alphabet(class);
            alphabet[usize::from(*seed) % alphabet.len()]
        })
        .collect();
    Ok(call.derived_value(letters))
}
