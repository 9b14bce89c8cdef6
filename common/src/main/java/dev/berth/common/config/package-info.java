/**
 * What can be configured, as data. A file, environment variables and overrides come in; typed
 * values that know where they were set, and the page that documents them, go out.
 */
package dev.berth.common.config;
