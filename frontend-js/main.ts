/** Entry of the page's script; the WebUI loads it as one blocking classic script. */
export {};
