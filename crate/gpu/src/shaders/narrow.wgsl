// Two codes a byte.
const NARROW = true;
