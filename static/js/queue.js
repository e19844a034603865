// What only the list of tickets needs: live rows and the board.
import "./list-live.js";
import "./list-board.js";
