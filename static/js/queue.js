// What only the list of tickets needs: live rows and the board.
import "./list-frame.js";
import "./list-live.js";
import "./list-board.js";
