from modules.cmd_args import parser

# As the WebUI does: flags that it does not know are somebody else's.
cmd_opts, _ = parser.parse_known_args()
