// What a program made for archives of X finds in one, zipped or unpacked: node x_reader.mjs ZIP|FOLDER
import reader from "twitter-archive-reader";

const { TwitterArchive, TwitterHelpers } = reader;
const archive = new TwitterArchive(process.argv[2]);
await archive.ready();
const { user, tweets, favorites, messages, followers, followings, blocks, mutes, moments } = archive;
const posts = tweets.all;
const found = {
  account: [user.id, user.screen_name, user.bio, user.location, Boolean(user.profile_img_url)],
  posts: posts.length,
  // What it cannot make sense of becomes no number and no date.
  counted: posts.filter((post) => Number.isInteger(post.retweet_count) && Number.isInteger(post.favorite_count)).length,
  dated: posts.filter((post) => TwitterHelpers.dateFromTweet(post) > new Date(2006, 0)).length,
  answers: posts.filter((post) => post.in_reply_to_user_id_str).length,
  linked: posts.filter((post) => post.entities.urls.every(({ indices, expanded_url }) => indices.length === 2 && expanded_url)).length,
  withMedia: posts.filter(TwitterHelpers.isWithMedia).length,
  withVideo: posts.filter(TwitterHelpers.isWithVideo).length,
  // Of a zip it looks for folders that stand there by themselves.
  mediaFound: archive.medias.has_medias ? 0 : null,
  likes: favorites.length,
  likesExtended: favorites.has_extended_favorites,
  messages: messages.count,
  messagesWithMedia: messages.all.flatMap((conversation) => conversation.all).filter(({ mediaUrls }) => mediaUrls.length > 0).length,
  followers: followers.size,
  following: followings.size,
  blocks: blocks.size,
  mutes: mutes.size,
  moments: moments.length,
  applications: user.authorized_applications.length,
  logins: user.last_logins.length,
  names: user.screen_name_history.length,
  addresses: user.email_address_history.length,
  languages: user.personalization?.demographics.languages.length ?? 0,
};
const media = posts.filter(TwitterHelpers.isWithMedia).flatMap((post) => post.extended_entities.media);
for (const medium of found.mediaFound === null ? [] : media) {
  const file = await archive.medias.fromTweetMediaEntity(medium, true);
  if (file.byteLength > 0) found.mediaFound += 1;
}
found.media = media.length;
process.stdout.write(JSON.stringify(found));
