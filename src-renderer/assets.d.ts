/** Style sheets and fonts are imported for their effect; the bundler turns them into files of their own. */
declare module '*.css';
declare module '@fontsource-variable/inter';
declare module '@fontsource-variable/jetbrains-mono';
