/**
 * Who the cluster's parts are to each other: the authority that signs their certificates, the keys
 * that each holds, and the TLS contexts made of both. PEM files and sockets come in; contexts and
 * names that were proven go out.
 */
package dev.berth.common.tls;
