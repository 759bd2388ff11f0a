/**
 * The command that gets TCMalloc, by /etc/os-release; null for systems whose packages are not known here. Packages are
 * those that bring libtcmalloc.so.4 or libtcmalloc_minimal.so.4, which A1111's webui.sh looks for and preloads.
 */
const COMMANDS: readonly { readonly systems: readonly string[]; readonly command: string }[] = [
  { systems: ['debian', 'ubuntu'], command: 'sudo apt install --no-install-recommends google-perftools' },
  { systems: ['fedora', 'rhel', 'centos'], command: 'sudo dnf install gperftools-libs' },
  { systems: ['arch'], command: 'sudo pacman -S gperftools' },
  { systems: ['suse', 'opensuse'], command: 'sudo zypper install gperftools' },
];

export function commandForTcmalloc(osRelease: string): string | null {
  const systems = [...osRelease.matchAll(/^(?:ID|ID_LIKE)=(.*)$/gm)].flatMap(([, value = '']) =>
    value.replace(/["']/g, '').split(' '),
  );
  return COMMANDS.find((one) => systems.some((system) => one.systems.includes(system)))?.command ?? null;
}
