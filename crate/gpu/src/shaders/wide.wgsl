// One code a byte.
const NARROW = false;
