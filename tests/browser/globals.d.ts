/** Steps of each network in the search for tensors that are not freed. */
declare const HOMESPUN_LONG_RUN: number;
