// What `pkg/carryall.js` offers, by hand: so that www/ is checked while the wasm package is not built. An ambient
// module may not import; the shapes are JobOptions, JobPage and JobOutcome of protocol.js.
declare module "*/pkg/carryall.js" {
  export default function init(): Promise<unknown>;
  /** Rejects with `{ code, description }`. */
  export function runExport(options: object, page: object, readme: string): Promise<unknown>;
}
