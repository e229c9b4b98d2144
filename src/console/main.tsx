/** The Console begins here, in a browser. */
import { render } from "preact";
import { App } from "./app.tsx";

const root = document.getElementById("console");
if (root !== null) render(<App tab={window} />, root);
