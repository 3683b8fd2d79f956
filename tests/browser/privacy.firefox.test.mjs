// The same in Firefox, whose IndexedDB is another.
import { withFirefoxTabs } from "./firefox.mjs";
import { ledgerTests } from "./ledger_tests.mjs";

ledgerTests("Firefox", withFirefoxTabs);
