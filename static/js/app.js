// The scripts of every page. Each module works on data attributes and does nothing where they are missing.
import "./http.js";
import "./focus.js";
import "./toast.js";
import "./errors.js";
import "./confirm.js";
import "./popover.js";
import "./theme.js";
import "./shortcuts.js";
import "./list.js";
import "./drafts.js";
import "./composer.js";
import "./files.js";
import "./passwords.js";
