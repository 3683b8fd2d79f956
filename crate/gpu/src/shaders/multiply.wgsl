// Session rows times table rows into exact i32 sums.
//
// One invocation owns one table row: it reads the row's codes once, sixteen at a time, and multiplies them with every
// session row, four sums to a vector so that all of them stay in registers. The session lies in a uniform buffer: all
// invocations read the same address at the same time.
//
// Two short texts go in front of this one: dot4_packed.wgsl or dot4_unpacked.wgsl has `dot4`, wide.wgsl or narrow.wgsl says
// in `NARROW` whether the table packs two codes a byte.

struct Params {
    // Rows to multiply, and the row of this part of the table that is the first of them.
    rows: u32,
    first: u32,
    // Sixteens of codes in a row.
    steps: u32,
    // Rows of the session matrix, 1 to 16; the session is filled up with zeros to a multiple of four.
    session_rows: u32,
}

const THREADS = 64u;

@group(0) @binding(0) var<uniform> params: Params;
// Signed 8-bit codes (the u7 code less 64), four a word: row s, step i at s * steps + i. For a narrow table the codes of
// eight go even ones first, as its words come apart.
@group(0) @binding(1) var<uniform> session: array<vec4<u32>, 256>;
// Wide: two of these are a step. Narrow: one is.
@group(0) @binding(2) var<storage, read> codes: array<vec2<u32>>;
// Session row s, table row r at s * rows + r.
@group(0) @binding(3) var<storage, read_write> products: array<i32>;

// Eight 4-bit codes as two words of four: the even ones, then the odd ones, each in the high half of its byte, where it
// is a signed 8-bit number sixteen times as large. No sign needs extending; the sums are divided by sixteen at the end.
fn halves(word: u32) -> vec2<u32> {
    return vec2<u32>((word << 4u) & 0xf0f0f0f0u, word & 0xf0f0f0f0u);
}

// A row's sixteen codes of one step as signed bytes.
fn step_codes(row: u32, step: u32) -> vec4<u32> {
    let at = row * params.steps + step;
    if (NARROW) {
        let packed = codes[at];
        return vec4<u32>(halves(packed.x), halves(packed.y));
    }
    return vec4<u32>(codes[2u * at], codes[2u * at + 1u]);
}

fn dot16(a: vec4<u32>, b: vec4<u32>) -> i32 {
    return dot4(a.x, b.x) + dot4(a.y, b.y) + dot4(a.z, b.z) + dot4(a.w, b.w);
}

// One step of four session rows, the first of which starts at `at`.
fn dots(at: u32, words: vec4<u32>) -> vec4<i32> {
    let steps = params.steps;
    return vec4<i32>(
        dot16(session[at], words),
        dot16(session[at + steps], words),
        dot16(session[at + 2u * steps], words),
        dot16(session[at + 3u * steps], words),
    );
}

fn store(row: u32, session_row: u32, sum: i32) {
    if (session_row < params.session_rows) {
        products[session_row * params.rows + row] = sum;
    }
}

fn store_four(row: u32, session_row: u32, sums: vec4<i32>) {
    let exact = select(sums, sums >> vec4<u32>(4u), NARROW);
    store(row, session_row, exact.x);
    store(row, session_row + 1u, exact.y);
    store(row, session_row + 2u, exact.z);
    store(row, session_row + 3u, exact.w);
}

@compute @workgroup_size(THREADS)
fn multiply(@builtin(global_invocation_id) id: vec3<u32>) {
    let row = id.x;
    if (row >= params.rows) {
        return;
    }
    let four = 4u * params.steps;
    var a = vec4<i32>();
    var b = vec4<i32>();
    var c = vec4<i32>();
    var d = vec4<i32>();
    for (var step = 0u; step < params.steps; step += 1u) {
        let words = step_codes(params.first + row, step);
        // A scan has one session row, and need not pay for four.
        if (params.session_rows == 1u) {
            a.x += dot16(session[step], words);
            continue;
        }
        a += dots(step, words);
        if (params.session_rows > 4u) {
            b += dots(four + step, words);
        }
        if (params.session_rows > 8u) {
            c += dots(2u * four + step, words);
        }
        if (params.session_rows > 12u) {
            d += dots(3u * four + step, words);
        }
    }
    store_four(row, 0u, a);
    store_four(row, 4u, b);
    store_four(row, 8u, c);
    store_four(row, 12u, d);
}
