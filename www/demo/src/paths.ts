/** The addresses of the shop's pages. Links are plain links: the browser does the rest. */
export const paths = {
  home: "/",
  cart: "/cart",
  profile: "/profile",
  merchandising: "/merchandising",
  category: (slug: string): string => `/category/${encodeURIComponent(slug)}`,
  product: (id: string): string => `/product/${encodeURIComponent(id)}`,
} as const;
