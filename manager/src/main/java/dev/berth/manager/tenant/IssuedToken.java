package dev.berth.manager.tenant;

/**
 * A token at the only time that its secret is known: when it is given out.
 *
 * @param secret what the user presents; it is not kept anywhere
 */
public record IssuedToken(String secret, Token token) {
  @Override
  public String toString() {
    return "IssuedToken[" + token + "]";
  }
}
