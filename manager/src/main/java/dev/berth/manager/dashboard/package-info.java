/**
 * The page for people: its files, its sessions, and the few calls of the other interfaces that it
 * makes with a session's token.
 */
package dev.berth.manager.dashboard;
