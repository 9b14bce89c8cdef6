/**
 * Offers the ports that containers publish on their hosts at the manager's own address, too, so
 * that a client finds them where it thinks that Docker is. The view's containers come in, and open
 * ports go out.
 */
package dev.berth.manager.ingress;
