// The nearest of many: every workgroup takes a chunk of one session row's list and keeps its best `kept` entries, in the
// list's own order, so that the next pass finds them in row order again. The first pass starts from products, further ones
// merge what earlier ones kept.
//
// The key of a row is its product times the row's scale: one multiplication, correctly rounded, the same on every device.
// A radix selection over the key's bits finds the lowest key that is kept; of the entries that have just this key, the
// first ones are kept. So ties go to the lower row, whatever the device's scheduling. No subgroup size is assumed.

struct Params {
    // Entries of the list; how many of a chunk are kept (of a short last chunk all).
    count: u32,
    kept: u32,
    // Entries from one session row's list to the next, in what is read and in what is written.
    stride: u32,
    out_stride: u32,
    // Where in a session row's list the first chunk's entries go.
    out_first: u32,
    // For products: the first row's place in this part of the table, and its number in the whole table.
    first: u32,
    row: u32,
    // Whether the list is one of pairs, and not of products.
    merges: u32,
}

const THREADS = 256u;
const CHUNK = 2048u;
// Entries of a chunk to one invocation.
const EACH = 8u;
// Values of a digit, and digits of a key.
const DIGITS = 256u;
const TOP_SHIFT = 24u;
// The bins, or the invocations, are added up in so many groups of so many.
const GROUP = 16u;

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> products: array<i32>;
@group(0) @binding(2) var<storage, read> scales: array<f32>;
// Pairs of a row's number and the bits of its key.
@group(0) @binding(3) var<storage, read> pairs: array<vec2<u32>>;
@group(0) @binding(4) var<storage, read_write> nearest: array<vec2<u32>>;

// The chunk's keys in the order that `ordered` gives.
var<workgroup> keys: array<u32, CHUNK>;
var<workgroup> bins: array<atomic<u32>, DIGITS>;
var<workgroup> groups: array<u32, GROUP>;
// The digits of the lowest key kept that are known, and how many entries with these digits are kept.
var<workgroup> lowest: u32;
var<workgroup> remaining: u32;

// The bits of a key. -0, which a negative product times a scale of zero gives, counts as 0.
fn key_bits(product: i32, scale: f32) -> u32 {
    let bits = bitcast<u32>(f32(product) * scale);
    return select(bits, 0u, bits == 0x80000000u);
}

// Maps the bits of an f32 to numbers of the same order.
fn ordered(bits: u32) -> u32 {
    return select(bits | 0x80000000u, ~bits, (bits & 0x80000000u) != 0u);
}

fn unordered(key: u32) -> u32 {
    return select(~key, key & 0x7fffffffu, (key & 0x80000000u) != 0u);
}

// Adds up the sixteen bins of group `thread`.
fn add_group(thread: u32) {
    if (thread < GROUP) {
        var sum = 0u;
        for (var i = 0u; i < GROUP; i += 1u) {
            sum += atomicLoad(&bins[thread * GROUP + i]);
        }
        groups[thread] = sum;
    }
}

// Finds the digit of the lowest key kept: from the highest bin down, the one where the entries that remain run out.
fn find_digit(shift: u32) {
    var left = remaining;
    var group = GROUP - 1u;
    while (group > 0u && groups[group] < left) {
        left -= groups[group];
        group -= 1u;
    }
    var digit = group * GROUP + GROUP - 1u;
    var count = atomicLoad(&bins[digit]);
    while (digit > group * GROUP && count < left) {
        left -= count;
        digit -= 1u;
        count = atomicLoad(&bins[digit]);
    }
    lowest |= digit << shift;
    remaining = left;
}

// Finds the lowest key kept of the chunk's `count` keys into `lowest`, and into `remaining` how many entries with this
// very key are kept.
fn find_lowest(thread: u32, count: u32) {
    if (thread == 0u) {
        lowest = 0u;
        remaining = min(params.kept, count);
    }
    for (var digit = 0u; digit < 4u; digit += 1u) {
        let shift = TOP_SHIFT - 8u * digit;
        atomicStore(&bins[thread], 0u);
        workgroupBarrier();
        // The digits above are known; a shift by 32 is not defined, hence two.
        let above = (lowest >> shift) >> 8u;
        for (var i = thread; i < count; i += THREADS) {
            let key = keys[i] >> shift;
            if (key >> 8u == above) {
                atomicAdd(&bins[key & 255u], 1u);
            }
        }
        workgroupBarrier();
        add_group(thread);
        workgroupBarrier();
        if (thread == 0u) {
            find_digit(shift);
        }
        workgroupBarrier();
    }
}

// The chunk's entries above and at the lowest key that lie before the eight of this invocation: above in the low half,
// at in the high half. Neither is over 2,048, so the halves do not run into each other.
fn count_before(thread: u32, count: u32) -> u32 {
    var own = 0u;
    for (var i = EACH * thread; i < min(EACH * thread + EACH, count); i += 1u) {
        own += select(0u, 1u, keys[i] > lowest) + select(0u, 0x10000u, keys[i] == lowest);
    }
    atomicStore(&bins[thread], own);
    workgroupBarrier();
    add_group(thread);
    workgroupBarrier();
    var before = 0u;
    for (var group = 0u; group < thread / GROUP; group += 1u) {
        before += groups[group];
    }
    for (var i = thread / GROUP * GROUP; i < thread; i += 1u) {
        before += atomicLoad(&bins[i]);
    }
    return before;
}

// Where an entry goes in what its chunk keeps, or past `kept` when it is not kept.
fn place(key: u32, above: u32, at: u32) -> u32 {
    if (key < lowest || (key == lowest && at >= remaining)) {
        return 0xffffffffu;
    }
    return above + min(at, remaining);
}

@compute @workgroup_size(THREADS)
fn select_nearest(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
    let start = group.x * CHUNK;
    let count = min(params.count - start, CHUNK);
    let list = group.y * params.stride + start;
    for (var i = thread; i < count; i += THREADS) {
        if (params.merges != 0u) {
            keys[i] = ordered(pairs[list + i].y);
        } else {
            keys[i] = ordered(key_bits(products[list + i], scales[params.first + start + i]));
        }
    }
    workgroupBarrier();
    find_lowest(thread, count);
    let before = count_before(thread, count);
    var above = before & 0xffffu;
    var at = before >> 16u;
    let out = group.y * params.out_stride + params.out_first + group.x * params.kept;
    for (var i = EACH * thread; i < min(EACH * thread + EACH, count); i += 1u) {
        let key = keys[i];
        let to = place(key, above, at);
        if (to < params.kept) {
            var row = params.row + start + i;
            if (params.merges != 0u) {
                row = pairs[list + i].x;
            }
            nearest[out + to] = vec2<u32>(row, unordered(key));
        }
        above += select(0u, 1u, key > lowest);
        at += select(0u, 1u, key == lowest);
    }
}
