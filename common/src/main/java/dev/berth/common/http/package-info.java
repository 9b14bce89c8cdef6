/**
 * HTTP/1.1 as manager and agent both speak it: blocking, on virtual threads, over TCP, TLS and unix
 * sockets. Connections come in; heads, framed bodies and, after a hijack, raw bytes both ways go
 * out. Nothing here knows Docker.
 */
package dev.berth.common.http;
