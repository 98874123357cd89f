// Elastic maps in both arithmetic types.
#include "kernels/elastic_map.h"

namespace gibbs::kernels {

GIBBS_KERNEL(gibbs_elastic_map_f32, ElasticMapParameters, kElasticThreads, elastic_map<float>)
GIBBS_KERNEL(gibbs_elastic_map_f64, ElasticMapParameters, kElasticThreads, elastic_map<double>)
GIBBS_KERNEL(gibbs_elastic_bias_f32, ElasticBiasParameters, kElasticThreads, elastic_bias<float>)
GIBBS_KERNEL(gibbs_elastic_bias_f64, ElasticBiasParameters, kElasticThreads, elastic_bias<double>)
GIBBS_KERNEL(gibbs_elastic_product_f32, ElasticProductParameters, kElasticThreads, elastic_product<float>)
GIBBS_KERNEL(gibbs_elastic_product_f64, ElasticProductParameters, kElasticThreads, elastic_product<double>)
GIBBS_KERNEL(gibbs_elastic_combine_f32, ElasticCombineParameters, kElasticThreads, elastic_combine<float>)
GIBBS_KERNEL(gibbs_elastic_combine_f64, ElasticCombineParameters, kElasticThreads, elastic_combine<double>)

}  // namespace gibbs::kernels
