declare module '*?url' {
  const url: string;
  export default url;
}
/** Version of the build, from package.json. */
declare const HOMESPUN_VERSION: string;
