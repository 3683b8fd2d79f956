// A worker that only says that it is there: what any worker costs a page.
postMessage("there");
