/** What kind of program has a name, as far as people know it by that. */
import { fileNameOf } from '../base/file-name.ts';
import type { ProgramKind } from '../protocol/holders.ts';

const oneOf = (...names: readonly string[]): RegExp => new RegExp(`^(${names.join('|')})$`);

/** Names without `.exe`, in lower case. */
const NAMES: readonly { readonly kind: ProgramKind; readonly names: RegExp }[] = [
  {
    kind: 'desktop',
    names: oneOf(
      String.raw`xorg|x|xwayland|gnome-(shell|control-center|remote-desktop-daemon)|mutter.*|kwin(_\w+)?`,
      String.raw`plasmashell|krunner|ksmserver|sway|hyprland|weston|cinnamon|xfwm4|xfce4-.*|marco|compton|picom`,
      String.raw`budgie-wm|cosmic-.*`,
      String.raw`sddm.*|gdm.*|lightdm.*|dwm|explorer|csrss|winlogon|shellexperiencehost|startmenuexperiencehost`,
      String.raw`searchhost|searchapp|textinputhost|applicationframehost|systemsettings|lockapp|widgets`,
      String.raw`windowserver|finder`,
    ),
  },
  {
    kind: 'browser',
    names: oneOf(
      String.raw`(google-)?chrome|chromium(-browser)?|firefox(-bin|-esr)?|msedge(webview2)?|brave(-browser)?`,
      String.raw`opera|vivaldi(-bin)?|epiphany|safari|webcontent|librewolf|zen`,
    ),
  },
  {
    kind: 'game',
    names: /^(steam(webhelper)?|gameoverlayui|epicgameslauncher|galaxyclient|battle\.net|eadesktop|gamebar)$/,
  },
  {
    kind: 'recorder',
    names:
      /^(obs(64|32|-studio)?|nvcontainer|nvidia share|nvidia overlay|shadowplay|streamlabs.*|gpu-screen-recorder)$/,
  },
  { kind: 'chat', names: /^(discord.*|slack|ms-teams|teams|zoom|telegram(-desktop)?|signal-desktop|whatsapp)$/ },
];

/** @param name of the program's file, with or without its folder. */
export function programKindOf(name: string): Exclude<ProgramKind, 'webui'> {
  const file = fileNameOf(name)
    .toLowerCase()
    .replace(/\.exe$/, '');
  return (NAMES.find(({ names }) => names.test(file))?.kind ?? 'other') as Exclude<ProgramKind, 'webui'>;
}
