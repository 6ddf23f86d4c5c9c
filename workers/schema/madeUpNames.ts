/**
 * Given and family names for made-up persons: short, spread over languages, joined at random.
 * Family names are plants, stones and trades, so that a pair seldom names someone known.
 */
export const GIVEN_NAMES: readonly string[] = (
  'Ada Aiko Alma Amir Anouk Arlo Asha Benno Bruna Cato Chidi Clio Dara Davi Ebba Eino Elif Emeka Enzo Esme Farah Finn ' +
  'Greta Hana Hugo Ida Imre Ines Ivo Jada Jonas Juno Kaito Kamal Keira Lale Leif Lena Luca Mael Maja Malik Mika Nadia ' +
  'Nils Noor Odin Olga Omar Otis Paloma Pia Quinn Rafi Runa Sami Selma Tariq Tove Uma Vera Wanda Yara Zoe'
).split(' ');

export const FAMILY_NAMES: readonly string[] = (
  'Alder Amberley Aspen Barley Basalt Beechwood Bergamot Birch Bramble Briarwood Brookfield Burdock Calder Cedarholm ' +
  'Chandlerson Cinder Clover Cobbleton Cooperby Coppice Cormorant Cypress Dalefoot Dogwood Drover Dunlin Elderfield ' +
  'Elmhurst Fallowfield Fennel Fernsby Fieldfare Flaxman Flintham Foxglove Furzeland Garnet Glazier Gorse Granger ' +
  'Hawthorn Hazelby Heatherly Hollin Hornbeam Ivywood Jasper Juniper Kestrel Larkspur Laurel Lichen Lindenau Lovage ' +
  'Mallow Marlstone Meadowcroft Millward Mossop Myrtle Nettleton Oakhanger Onyx Orchard Osierby Peatling Pebbleton ' +
  'Pinewood Plover Quarryman Quince Redfern Rowanby Rushford Saffron Sandstone Sedge Shale Slateford Sorrel Spruce ' +
  'Stonecrop Sycamore Tamarisk Tansy Teasel Thatcherby Thistle Thornbury Umberfield Vetchley Wainwood Walnut Wheatley ' +
  'Willowby Woodruff Yarrow Yewdale Zinnia'
).split(' ');
