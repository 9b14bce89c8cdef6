/**
 * OpenStack Keystone as a source of callers: comes in with a token, asks Keystone what it stands
 * for, goes out as a caller in a tenant with a role.
 */
package dev.berth.manager.keystone;
