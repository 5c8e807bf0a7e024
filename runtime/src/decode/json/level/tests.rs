//! Each operation of each level against a loop over bytes.

use super::{BLOCK, Beside, Cpu, HALF, Job, LANES, Level};

/// What every operation gives for one block and its helpers.
#[derive(Debug, PartialEq, Eq)]
struct Given {
    equal: Vec<u64>,
    odd: u64,
    non_ascii: u64,
    digits: u64,
    marks: u64,
    within: bool,
    differing: u64,
    differing_half: bool,
    spans: (i32, Vec<u16>, Vec<u16>),
    prefix_xor: u64,
    positions: Vec<u16>,
    joined: [u64; 3],
    equal_and_odd: Vec<(u32, u32)>,
    number_length: u32,
    up_to: Vec<(u64, u32)>,
}

/// What the operations are asked of.
#[derive(Clone, Debug)]
struct Asked {
    text: [u8; 2 * BLOCK],
    lowest: [u8; 2 * BLOCK],
    span: [u8; 2 * BLOCK],
    pattern: [u8; BLOCK],
    mask: u64,
    base: u16,
    /// Where each quarter of a joined block starts.
    quarters: [usize; 4],
}

/// The bytes that blocks are searched for.
const SEARCHED: &[u8] = b"\",.-0\\\x00\x80\xff";

/// The bytes that a classification could be wrong about.
const BORDERS: &[u8] =
    b"\x00\x01\x0c\x0d\x0e\x1f\x20\x21\"#+,-./0189:;[\\]{}\x5b\x5d\x7f\x80\xa0\xa2\xac\xdc\xff";

fn first_block(text: &[u8; 2 * BLOCK]) -> &[u8; BLOCK] {
    text.first_chunk().expect("there are two")
}

fn quarters(asked: &Asked) -> [&[u8; 16]; 4] {
    asked
        .quarters
        .map(|at| asked.text[at..].first_chunk().expect("it is inside"))
}

struct Ask<'a>(&'a Asked);

impl Job<Given> for Ask<'_> {
    #[inline]
    fn run<L: Level>(self, level: L) -> Given {
        let asked = self.0;
        let (blocks, _) = asked.text.as_chunks::<BLOCK>();
        let block = level.load(&blocks[0]);
        let mut positions = [7; BLOCK];
        level.positions(asked.mask, asked.base, &mut positions);
        let joined = level.join(quarters(asked));
        let half = asked.text.first_chunk().expect("there are four");
        Given {
            equal: SEARCHED
                .iter()
                .map(|&byte| level.equal(block, byte))
                .collect(),
            odd: level.odd(block),
            non_ascii: level.non_ascii(block),
            digits: level.digits(block),
            marks: level.marks(block),
            within: level.within([block, level.load(&blocks[1])], &asked.lowest, &asked.span),
            differing: level.differing(&blocks[0], &asked.pattern, asked.mask),
            differing_half: differing_half(level, asked),
            spans: spans(level, asked),
            prefix_xor: level.prefix_xor(asked.mask),
            positions: positions[..found(asked.mask)].to_vec(),
            joined: [
                level.digits(joined),
                level.equal(joined, b'.'),
                level.equal(joined, asked.text[asked.quarters[2]]),
            ],
            equal_and_odd: SEARCHED
                .iter()
                .map(|&byte| level.equal_and_odd(half, byte))
                .collect(),
            number_length: level.number_length(quarters(asked)[3]),
            up_to: SEARCHED
                .iter()
                .map(|&byte| level.up_to(half, byte))
                .collect(),
        }
    }
}

/// Whether the first halves of text and pattern differ where the mask is set, with what is found
/// added to what was there.
fn differing_half<L: Level>(level: L, asked: &Asked) -> bool {
    let half = |bytes: &[u8]| *bytes.first_chunk::<HALF>().expect("a block is longer");
    let selected = std::array::from_fn(|at| if asked.mask >> at & 1 == 1 { 0xff } else { 0 });
    let (text, pattern) = (half(&asked.text), half(&asked.pattern));
    let sum = level.add_differing(level.zeros(), &text, &pattern, &selected);
    // what is equal changes nothing
    let sum = level.add_differing(sum, &text, &text, &selected);
    !level.is_zero(sum)
}

/// Commas and what stands beside, made of the text and the pattern.
fn beside(asked: &Asked) -> ([u16; LANES + 1], Beside) {
    let byte = |at: usize| u16::from(asked.text[at % (2 * BLOCK)]);
    let commas = std::array::from_fn(|at| asked.base.wrapping_add(17 * byte(at) + byte(at + 40)));
    let beside = Beside {
        ahead: std::array::from_fn(|at| byte(at + 3)),
        both: std::array::from_fn(|at| 7 * byte(at + 60)),
        weight: std::array::from_fn(|at| i16::from(asked.pattern[at]) % 5),
    };
    (commas, beside)
}

fn spans<L: Level>(level: L, asked: &Asked) -> (i32, Vec<u16>, Vec<u16>) {
    let (commas, beside) = beside(asked);
    let (mut starts, mut lens) = ([0; LANES], [0; LANES]);
    let sum = level.spans(&commas, &beside, &mut starts, &mut lens);
    (sum, starts.to_vec(), lens.to_vec())
}

fn naive_spans(asked: &Asked) -> (i32, Vec<u16>, Vec<u16>) {
    let (commas, beside) = beside(asked);
    let len = |at: usize| {
        let len = i32::from(commas[at + 1]) - i32::from(commas[at]) - i32::from(beside.both[at]);
        u16::try_from(len.rem_euclid(1 << 16)).expect("16 bits")
    };
    let start = |at: usize| commas[at].wrapping_add(beside.ahead[at]);
    let sum = (0..LANES).map(|at| i32::from(len(at).cast_signed()) * i32::from(beside.weight[at]));
    let (starts, lens) = ((0..LANES).map(start), (0..LANES).map(len));
    (sum.sum(), starts.collect(), lens.collect())
}

/// Positions beyond the 32nd need not be written.
fn found(mask: u64) -> usize {
    mask.count_ones().min(32) as usize
}

fn low(mask: u64) -> u32 {
    u32::try_from(mask & 0xffff_ffff).expect("32 bits")
}

fn mask(bytes: &[u8], test: impl Fn(usize, u8) -> bool) -> u64 {
    let bits = bytes
        .iter()
        .enumerate()
        .map(|(at, &byte)| u64::from(test(at, byte)) << at);
    bits.fold(0, |mask, bit| mask | bit)
}

/// The same, byte by byte.
fn naive(asked: &Asked) -> Given {
    let block = &first_block(&asked.text)[..];
    let selected = |at: usize| asked.mask >> at & 1 == 1;
    let bits = (0..64_u32).map(|at| u64::from((asked.mask << (63 - at)).count_ones() % 2) << at);
    let differs = |at: usize, byte: u8| selected(at) && byte != asked.pattern[at];
    let positions = (0..64_u16).filter(|&at| selected(usize::from(at)));
    let joined = quarters(asked).map(|quarter| &quarter[..]).concat();
    let wanted = asked.text[asked.quarters[2]];
    Given {
        equal: SEARCHED
            .iter()
            .map(|&wanted| mask(block, |_, byte| byte == wanted))
            .collect(),
        odd: mask(block, |_, byte| is_odd(byte)),
        non_ascii: mask(block, |_, byte| byte > 0x7f),
        digits: mask(block, |_, byte| byte.is_ascii_digit()),
        marks: mask(block, |_, byte| b"\"-.\\".contains(&byte)),
        within: (0..2 * BLOCK).all(|at| {
            let (byte, lowest) = (u16::from(asked.text[at]), u16::from(asked.lowest[at]));
            // a range that ends above 255 goes on at 0
            let above = (byte + 256 - lowest) % 256;
            above <= u16::from(asked.span[at])
        }),
        differing: mask(block, differs),
        differing_half: low(mask(&block[..HALF], differs)) != 0,
        spans: naive_spans(asked),
        prefix_xor: bits.fold(0, |mask, bit| mask | bit),
        positions: positions.take(32).map(|at| asked.base + at).collect(),
        joined: [
            mask(&joined, |_, byte| byte.is_ascii_digit()),
            mask(&joined, |_, byte| byte == b'.'),
            mask(&joined, |_, byte| byte == wanted),
        ],
        equal_and_odd: SEARCHED
            .iter()
            .map(|&wanted| {
                let equal = mask(&block[..32], |_, byte| byte == wanted);
                (low(equal), low(mask(&block[..32], |_, byte| is_odd(byte))))
            })
            .collect(),
        up_to: SEARCHED
            .iter()
            .map(|&wanted| naive_up_to(&block[..HALF], wanted))
            .collect(),
        number_length: {
            let ends = |byte: &u8| !b"0123456789-./".contains(byte);
            let end = quarters(asked)[3].iter().position(ends).unwrap_or(16);
            u32::try_from(end).expect("at most 16")
        },
    }
}

/// Where `wanted` stands first in 32 bytes, and those of the first eight that stand before it;
/// none where there is none.
fn naive_up_to(half: &[u8], wanted: u8) -> (u64, u32) {
    let at = half.iter().position(|&byte| byte == wanted);
    let word: Vec<u8> = half.iter().copied().take(at.unwrap_or(0).min(8)).collect();
    let word = word
        .iter()
        .rev()
        .fold(0, |word, &byte| word << 8 | u64::from(byte));
    (word, u32::try_from(at.unwrap_or(32)).expect("at most 32"))
}

fn is_odd(byte: u8) -> bool {
    !(0x20..=0x7f).contains(&byte) || byte == b'\\'
}

#[track_caller]
fn check(asked: &Asked) {
    let expected = naive(asked);
    for cpu in Cpu::all() {
        assert_eq!(cpu.run(Ask(asked)), expected, "{}: {asked:?}", cpu.name());
    }
}

fn random(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    state.wrapping_mul(0x2545_f491_4f6c_dd1d)
}

fn byte(state: &mut u64) -> u8 {
    random(state).to_le_bytes()[7]
}

fn any_of(state: &mut u64, bytes: &[u8]) -> u8 {
    bytes[usize::from(byte(state)) % bytes.len()]
}

/// Something to ask, with bytes that `draw` draws.
fn ask(state: &mut u64, draw: impl Fn(&mut u64) -> u8) -> Asked {
    let text: [u8; 2 * BLOCK] = std::array::from_fn(|_| draw(state));
    let mut asked = Asked {
        text,
        lowest: text,
        span: [0; 2 * BLOCK],
        pattern: *first_block(&text),
        mask: match byte(state) % 4 {
            0 => u64::MAX,
            1 => random(state) & random(state) & random(state),
            _ => random(state),
        },
        base: u16::from(byte(state)) * 64,
        quarters: std::array::from_fn(|_| usize::from(byte(state)) % (2 * BLOCK - 16)),
    };
    // ranges that hold the bytes, but perhaps for one; a pattern that differs here and there
    for (lowest, span) in asked.lowest.iter_mut().zip(&mut asked.span) {
        let below = byte(state) % 32;
        *lowest = lowest.wrapping_sub(below);
        *span = below.saturating_add(byte(state) % 8);
    }
    if byte(state).is_multiple_of(2) {
        let at = usize::from(byte(state)) % (2 * BLOCK);
        asked.lowest[at] = draw(state);
    }
    for _ in 0..byte(state) % 4 {
        let at = usize::from(byte(state)) % BLOCK;
        asked.pattern[at] = draw(state);
    }
    asked
}

#[test]
fn random_blocks() {
    let mut state = 0x1234_5678_9abc_def1;
    for _ in 0..30_000 {
        check(&ask(&mut state, byte));
        check(&ask(&mut state, |state| any_of(state, BORDERS)));
        check(&ask(&mut state, |state| {
            any_of(state, b"\"\\,0123456789.-x ")
        }));
    }
}

#[test]
fn every_byte_at_every_place() {
    let mut state = 0x1234_5678_9abc_def1;
    for value in 0..=255 {
        for at in 0..BLOCK {
            for filler in [b'x', b'0', b'"', 0x00, 0xff, value ^ 1, value ^ 0x80] {
                let mut asked = ask(&mut state, |_| filler);
                asked.text[at] = value;
                asked.mask = 1 << at | 1 << 63 | 1;
                check(&asked);
            }
        }
    }
}

/// Ranges that begin and end at every byte, one byte below, in and above.
#[test]
fn every_range() {
    let mut state = 0x1234_5678_9abc_def1;
    let mut asked = ask(&mut state, |_| b'x');
    asked.lowest = [0; 2 * BLOCK];
    asked.span = [u8::MAX; 2 * BLOCK];
    for lowest in 0..=255_u8 {
        for span in [0, 1, 8, 9, 95, 127, 128, 254, 255] {
            let at = usize::from(lowest.wrapping_mul(31)) % (2 * BLOCK);
            for value in [
                lowest.wrapping_sub(1),
                lowest,
                lowest.wrapping_add(span),
                lowest.wrapping_add(span).wrapping_add(1),
            ] {
                let mut asked = asked.clone();
                (asked.lowest[at], asked.span[at], asked.text[at]) = (lowest, span, value);
                check(&asked);
            }
        }
    }
}

#[test]
fn the_best_level_is_one_of_all() {
    let names: Vec<&str> = Cpu::all().into_iter().map(Cpu::name).collect();
    assert!(names.contains(&Cpu::detect().name()), "{names:?}");
    assert_eq!(names[0], "portable");
}
