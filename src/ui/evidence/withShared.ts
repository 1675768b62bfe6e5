import shared from './Panel.module.css';

/** A panel's own classes, each after the shared one of its name; shared ones that it does not change stand alone. */
export function withShared(own: CSSModuleClasses): CSSModuleClasses {
  const names = new Set([...Object.keys(shared), ...Object.keys(own)]);
  const both = (name: string) => [shared[name], own[name]].filter((one) => one !== undefined).join(' ');
  return Object.fromEntries([...names].map((name) => [name, both(name)]));
}
