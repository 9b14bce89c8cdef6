/**
 * The Docker Engine API as clients see it: the door, the table of routes, and a class of handlers
 * for each kind of object. Requests come in; everything below is asked in terms of callers, scopes
 * and objects, never of requests.
 */
package dev.berth.manager.http;
