/** Version of the build, from package.json. */
declare const HOMESPUN_VERSION: string;
