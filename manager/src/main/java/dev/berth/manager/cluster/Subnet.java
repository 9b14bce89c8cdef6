package dev.berth.manager.cluster;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of IPv4 or IPv6 addresses.
 *
 * @param first its first address, as a number
 * @param prefix how many bits all its addresses have in common
 * @param bits how many an address has: 32 or 128
 */
public record Subnet(BigInteger first, int prefix, int bits) {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  /**
   * Parses a range as 10.0.0.0/8; bits behind the prefix are passed over.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Subnet parse(String text) {
    return find(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "\"%s\" is not a range of addresses, as 10.200.0.0/14".formatted(text)));
  }

  /** The same, or empty when it is none. */
  static Optional<Subnet> find(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    int prefix = Integer.parseInt(text.substring(slash + 1));
    return address(text.substring(0, slash))
        .filter(address -> prefix <= address.bits())
        .map(address -> of(address.first(), prefix, address.bits()));
  }

  /** The range that is that one address; empty when it is a name or nothing. */
  static Optional<Subnet> address(String text) {
    if (!ADDRESS.matcher(text).matches()) {
      return Optional.empty();
    }
    try {
      byte[] bytes = InetAddress.getByName(text).getAddress();
      return Optional.of(new Subnet(new BigInteger(1, bytes), bytes.length * 8, bytes.length * 8));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static Subnet of(BigInteger address, int prefix, int bits) {
    int free = bits - prefix;
    return new Subnet(address.shiftRight(free).shiftLeft(free), prefix, bits);
  }

  boolean overlaps(Subnet other) {
    if (bits != other.bits) {
      return false;
    }
    int free = bits - Math.min(prefix, other.prefix);
    return first.shiftRight(free).equals(other.first.shiftRight(free));
  }

  boolean contains(Subnet other) {
    return overlaps(other) && prefix <= other.prefix;
  }

  /** How many pieces of that prefix are in it. */
  int pieces(int ofPrefix) {
    return ofPrefix < prefix ? 0 : 1 << Math.min(30, ofPrefix - prefix);
  }

  /** One of its pieces, counted from 0. */
  Subnet piece(int index, int ofPrefix) {
    return new Subnet(
        first.add(BigInteger.valueOf(index).shiftLeft(bits - ofPrefix)), ofPrefix, bits);
  }

  @Override
  public String toString() {
    byte[] bytes = new byte[bits / 8];
    byte[] number = first.toByteArray();
    int length = Math.min(number.length, bytes.length);
    System.arraycopy(number, number.length - length, bytes, bytes.length - length, length);
    try {
      return InetAddress.getByAddress(bytes).getHostAddress() + "/" + prefix;
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
