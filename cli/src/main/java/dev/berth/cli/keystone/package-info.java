/**
 * Logins at an OpenStack Keystone: what a user proves to be one with comes in, a token scoped to a
 * project goes out; what can be shown again without asking is kept in a file.
 */
package dev.berth.cli.keystone;
