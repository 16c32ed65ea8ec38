//! The names that `\p{…}` knows in Go, and their sets of characters.
//!
//! In: a property name. Out: its characters, or nothing if Go does not know the name. The sets themselves come from `regex-syntax`.

use regex_syntax::Parser;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// General categories of every Go level.
const CATEGORIES: &str =
    " C Cc Cf Co Cs L Ll Lm Lo Lt Lu M Mc Me Mn N Nd Nl No P Pc Pd Pe Pf Pi Po Ps S Sc Sk Sm So Z Zl Zp Zs ";

/// Long names of categories, Go 1.25 and later, in lower case without separators.
const ALIASES: &[(&str, &str)] = &[
    ("casedletter", "LC"),
    ("closepunctuation", "Pe"),
    ("combiningmark", "M"),
    ("connectorpunctuation", "Pc"),
    ("control", "Cc"),
    ("currencysymbol", "Sc"),
    ("dashpunctuation", "Pd"),
    ("decimalnumber", "Nd"),
    ("enclosingmark", "Me"),
    ("finalpunctuation", "Pf"),
    ("format", "Cf"),
    ("initialpunctuation", "Pi"),
    ("letter", "L"),
    ("letternumber", "Nl"),
    ("lineseparator", "Zl"),
    ("lowercaseletter", "Ll"),
    ("mark", "M"),
    ("mathsymbol", "Sm"),
    ("modifierletter", "Lm"),
    ("modifiersymbol", "Sk"),
    ("nonspacingmark", "Mn"),
    ("number", "N"),
    ("openpunctuation", "Ps"),
    ("other", "C"),
    ("otherletter", "Lo"),
    ("othernumber", "No"),
    ("otherpunctuation", "Po"),
    ("othersymbol", "So"),
    ("paragraphseparator", "Zp"),
    ("privateuse", "Co"),
    ("punctuation", "P"),
    ("separator", "Z"),
    ("spaceseparator", "Zs"),
    ("spacingmark", "Mc"),
    ("surrogate", "Cs"),
    ("symbol", "S"),
    ("titlecaseletter", "Lt"),
    ("unassigned", "Cn"),
    ("uppercaseletter", "Lu"),
    ("cntrl", "Cc"),
    ("digit", "Nd"),
    ("punct", "P"),
    ("cn", "Cn"),
    ("lc", "LC"),
];

/// Scripts by the only spelling that older Go levels accept.
const SCRIPTS: &str = " Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali \
    Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee \
    Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan \
    Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi \
    Han Hangul Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi \
    Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki \
    Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean \
    Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi Mongolian \
    Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki \
    Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur \
    Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan \
    Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Syloti_Nagri Syriac \
    Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta Toto \
    Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square ";

fn listed(list: &str, name: &str) -> bool {
    !name.is_empty() && !name.contains(' ') && list.split(' ').any(|known| known == name)
}

/// The characters of a property by the name Go accepts for it.
pub(super) fn lookup(name: &str, loose: bool) -> Option<ClassUnicode> {
    if name == "Any" {
        return Some(any());
    }
    if listed(CATEGORIES, name) {
        return category(name);
    }
    if listed(SCRIPTS, name) {
        return parse(&format!("\\p{{sc={name}}}"));
    }
    if !loose {
        return None;
    }
    let plain: String = name.chars().filter(|c| !matches!(c, ' ' | '_' | '-')).flat_map(char::to_lowercase).collect();
    match plain.as_str() {
        "any" => return Some(any()),
        "ascii" => return Some(ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7f')])),
        "assigned" => return category("Cn").map(negated),
        _ => {}
    }
    if let Some(&(_, short)) = ALIASES.iter().find(|(long, _)| *long == plain) {
        return category(short);
    }
    if let Some(short) = CATEGORIES.split(' ').find(|known| !known.is_empty() && known.to_lowercase() == plain) {
        return category(short);
    }
    let script =
        SCRIPTS.split(' ').find(|known| !known.is_empty() && known.replace('_', "").to_lowercase() == plain)?;
    parse(&format!("\\p{{sc={script}}}"))
}

fn any() -> ClassUnicode {
    negated(ClassUnicode::empty())
}

fn negated(mut class: ClassUnicode) -> ClassUnicode {
    class.negate();
    class
}

/// A general category. Go's `C` leaves out what is not assigned; surrogates never occur in decoded text.
fn category(name: &str) -> Option<ClassUnicode> {
    match name {
        "C" => {
            let mut class = parse("\\p{Cc}")?;
            class.union(&parse("\\p{Cf}")?);
            class.union(&parse("\\p{Co}")?);
            Some(class)
        }
        "Cs" => Some(ClassUnicode::empty()),
        "LC" => {
            let mut class = parse("\\p{Lu}")?;
            class.union(&parse("\\p{Ll}")?);
            class.union(&parse("\\p{Lt}")?);
            Some(class)
        }
        _ => parse(&format!("\\p{{gc={name}}}")),
    }
}

fn parse(pattern: &str) -> Option<ClassUnicode> {
    match Parser::new().parse(pattern).ok()?.into_kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class),
        _ => None,
    }
}
