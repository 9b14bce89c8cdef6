/**
 * Who calls, in which tenant, with which role, and what that tenant may ask for. Headers,
 * certificates and request bodies come in; a {@link dev.berth.manager.tenant.Caller} and a body
 * that is safe to send on go out.
 */
package dev.berth.manager.tenant;
