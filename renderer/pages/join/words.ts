export const words = {
  title: 'Join an organisation',
  asks: 'A link asks this app to use the Sallyport backend at',
  caution: 'Go on only if your organisation gave you this link. You sign in there next.',
  leaves: 'You are signed out where you are signed in now, and what is open there is cut.',
  join: 'Use it',
  stay: 'Not now',
};
