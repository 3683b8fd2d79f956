// The same in Firefox, whose IndexedDB is another.
import { withFirefoxPage } from "./firefox.mjs";
import { ledgerTests } from "./ledger_tests.mjs";

ledgerTests("Firefox", withFirefoxPage);
