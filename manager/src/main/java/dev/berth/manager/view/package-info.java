/**
 * What a manager knows of all hosts, in memory. Feeds and records come in; containers of one
 * tenant, lists that are ready to send, and events go out. No network in it.
 */
package dev.berth.manager.view;
