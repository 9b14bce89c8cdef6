/**
 * Who changed what, and who was refused. Traces of requests come in; lines in files go out, and are
 * read back for operators.
 */
package dev.berth.manager.audit;
